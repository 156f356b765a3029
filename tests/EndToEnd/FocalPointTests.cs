namespace Pipeline.EndToEnd;

[Collection(SharedServerTests.Name)]
public sealed class FocalPointTests(SharedServer shared)
{
    [Fact]
    public async Task A_focal_point_is_taken_with_the_upload_changed_later_and_unset()
    {
        using var alice = await shared.Server.PersonAsync();
        var presigned = await alice.PostAsync(
            "/api/upload/presigned-url",
            new { filename = "a.jpg", contentType = "image/jpeg", fileSize = CameraPhoto.Bytes.Length, focalPoint = new { x = 0.1, y = 0.2 } });
        var path = $"/api/assets/{presigned.Id}/focal-point";
        await Person.PutAsync(presigned, CameraPhoto.Bytes);
        await alice.ConfirmAsync(presigned.Id);
        (await alice.TerminalAsync(presigned.Id)).Json["focalPoint"]!.ToJsonString().ShouldBe("""{"x":0.1,"y":0.2}""");

        var changed = await alice.PutJsonAsync(path, new { x = 0.75, y = 1 });
        (changed.Status, changed.Text("revision")).ShouldBe((202, "2"));
        var unset = await alice.DeleteAsync(path);
        (unset.Status, unset.Text("revision")).ShouldBe((202, "3"));

        await Eventually.True(async () => (await alice.AssetAsync(presigned.Id)).Text("revision") == "3", "revision 3 is ready", TimeSpan.FromSeconds(60));
        (await alice.AssetAsync(presigned.Id)).Json["focalPoint"].ShouldBeNull();
    }

    [Fact]
    public async Task What_is_no_place_in_the_image_or_not_ones_own_is_refused()
    {
        using var alice = await shared.Server.PersonAsync();
        using var eve = await shared.Server.PersonAsync("eve");
        var id = (await alice.PresignAsync("a.jpg", "image/jpeg", 10)).Id;
        var path = $"/api/assets/{id}/focal-point";

        (await alice.PutJsonAsync(path, new { x = 2, y = 0 })).Json["errors"]!["x"].ShouldNotBeNull();
        (await alice.PutJsonAsync(path, new { x = 1 })).Json["errors"]!["y"].ShouldNotBeNull();
        (await alice.PutJsonAsync(path, new { x = "NaN", y = 0 })).Status.ShouldBe(400);
        (await alice.PutJsonAsync(path, "middle")).Status.ShouldBe(400);
        (await eve.PutJsonAsync(path, new { x = 1, y = 1 })).Status.ShouldBe(404);
        (await eve.GetAsync($"/api/assets/{id}/similar")).Status.ShouldBe(404);
        (await alice.GetAsync($"/api/assets/{id}/similar")).Text("code").ShouldBe("no_perceptual_hash");
        (await alice.GetAsync($"/api/assets/{id}/similar?distance=17")).Status.ShouldBe(400);
    }
}

/// <summary>Uses its own server, whose settings change.</summary>
public sealed class StaleTests
{
    [Fact]
    public async Task What_an_older_profile_made_is_stale_until_it_is_made_anew()
    {
        await using var server = await Server.StartAsync();
        using var alice = await server.PersonAsync();
        var id = (await alice.TerminalAsync(await alice.UploadAsync(CameraPhoto.Bytes))).Id;
        (await alice.AssetAsync(id)).Text("stale").ShouldBe("false");
        (await alice.GetAsync("/api/assets?stale=true")).Json["items"]!.AsArray().ShouldBeEmpty();
        (await server.StopAsync()).ShouldBe(0);

        await server.StartAgainAsync(("Processor__Profiles__web__JpegQuality", "70"));
        await Eventually.True(async () => (await alice.AssetAsync(id)).Text("stale") == "true", "the worker has told its new profile");
        (await alice.AssetAsync(id)).Text("staleReason").ShouldBe("settings");
        (await alice.GetAsync("/api/assets?staleReason=engine")).Json["items"]!.AsArray().ShouldBeEmpty();
        (await alice.GetAsync("/api/assets?staleReason=settings")).Json["items"]!.AsArray().ShouldHaveSingleItem()!["id"]!.GetValue<Guid>().ShouldBe(id);

        (await alice.PostAsync($"/api/assets/{id}/reprocess")).Status.ShouldBe(202);
        await Eventually.True(async () => (await alice.AssetAsync(id)).Text("stale") == "false", "revision 2 is ready", TimeSpan.FromSeconds(60));
    }
}
