namespace Pipeline.EndToEnd;

[Collection(SharedServerTests.Name)]
public sealed class RejectionTests(SharedServer shared)
{
    [Fact]
    public async Task An_infected_upload_is_rejected_and_nothing_of_it_is_left()
    {
        using var alice = await shared.Server.PersonAsync();
        var (asset, key) = await SendAsync(alice, EicarFile.Bytes);
        asset.Text("status").ShouldBe("rejected");
        asset.Json["rejection"]!["code"]!.GetValue<string>().ShouldBe("infected");
        asset.Json["rejection"]!["reason"]!.GetValue<string>().ShouldContain("Eicar", Case.Insensitive);
        asset.Json["variants"]!.AsArray().ShouldBeEmpty();
        await Eventually.True(() => shared.Server.Objects(asset.Id, key).Count == 0, "the infected bytes are deleted");
    }

    [Fact]
    public async Task A_text_that_is_named_jpg_is_rejected()
    {
        using var alice = await shared.Server.PersonAsync();
        var (asset, _) = await SendAsync(alice, "This is no picture at all."u8.ToArray());
        asset.Text("status").ShouldBe("rejected");
        asset.Json["rejection"]!["code"]!.GetValue<string>().ShouldBe("unsupported_type");
        shared.Server.Published(asset.Id).ShouldBeEmpty();
    }

    [Fact]
    public async Task Half_a_photo_is_rejected()
    {
        using var alice = await shared.Server.PersonAsync();
        var (asset, _) = await SendAsync(alice, CameraPhoto.Bytes[..(CameraPhoto.Bytes.Length / 2)]);
        asset.Text("status").ShouldBe("rejected");
        asset.Json["rejection"]!["code"]!.GetValue<string>().ShouldBe("corrupt");
        shared.Server.Published(asset.Id).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rejected_asset_cannot_be_reprocessed()
    {
        using var alice = await shared.Server.PersonAsync();
        var (asset, _) = await SendAsync(alice, "no picture"u8.ToArray());
        var answer = await alice.PostAsync($"/api/assets/{asset.Id}/reprocess");
        answer.Status.ShouldBe(409);
        answer.Text("code").ShouldBe("not_reprocessable");
    }

    [Fact]
    public async Task An_object_that_is_replaced_after_the_confirm_never_reaches_the_public()
    {
        // First as many photos as two workers process at once, so that the replaced one still waits when it is replaced.
        using var alice = await shared.Server.PersonAsync();
        for (var i = 0; i < 4; i++) await alice.UploadAsync(CameraPhoto.Bytes);
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", CameraPhoto.Bytes.Length);
        (await Person.PutAsync(presigned, CameraPhoto.Bytes)).Status.ShouldBe(200);
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
        var other = (byte[])CameraPhoto.Bytes.Clone();
        other[^1] ^= 1;
        (await Person.PutAsync(presigned, other)).Status.ShouldBe(200);

        var asset = await alice.TerminalAsync(presigned.Id);
        asset.Text("status").ShouldBe("rejected");
        asset.Json["rejection"]!["code"]!.GetValue<string>().ShouldBe("changed_after_confirm");
        shared.Server.Published(asset.Id).ShouldBeEmpty();
    }

    private static async Task<(Answer Asset, string Key)> SendAsync(Person person, byte[] bytes)
    {
        var presigned = await person.PresignAsync("holiday.jpg", "image/jpeg", bytes.Length);
        (await Person.PutAsync(presigned, bytes)).Status.ShouldBe(200);
        (await person.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
        return (await person.TerminalAsync(presigned.Id), presigned.Text("key"));
    }
}
