using Pipeline.Storage;

namespace Pipeline.EndToEnd.Production;

[Collection(ProductionServersTests.Name)]
public sealed class RealServersTests(ProductionServers servers)
{
    private const int Photos = 6;

    [Fact]
    public async Task A_photo_goes_all_the_way_and_is_reprocessed_and_deleted()
    {
        using var alice = servers.Person("alice");
        var id = await alice.UploadAsync(CameraPhoto.Bytes);
        var asset = await alice.TerminalAsync(id);
        asset.Text("status").ShouldBe("ready");
        Bucket.KeysOf(asset).Count.ShouldBe(8);

        (await alice.PostAsync($"/api/assets/{id}/reprocess")).Status.ShouldBe(202);
        await Eventually.True(
            async () => (await alice.AssetAsync(id)).Json["revision"]!.GetValue<int>() == 2, "revision 2 is ready", TimeSpan.FromSeconds(60));
        Bucket.KeysOf(await alice.AssetAsync(id)).ShouldBe(Bucket.KeysOf(asset));

        (await alice.DeleteAsync($"/api/assets/{id}")).Status.ShouldBe(204);
        (await alice.AssetAsync(id)).Text("status").ShouldBe("deleted");
    }

    [Fact]
    public async Task An_infected_file_and_a_text_are_rejected()
    {
        using var alice = servers.Person("alice");
        var infected = await alice.TerminalAsync(await alice.UploadAsync(EicarFile.Bytes));
        infected.Json["rejection"]!["code"]!.GetValue<string>().ShouldBe("infected");
        var text = await alice.TerminalAsync(await alice.UploadAsync("no picture"u8.ToArray()));
        text.Json["rejection"]!["code"]!.GetValue<string>().ShouldBe("unsupported_type");
    }

    [Fact]
    public async Task The_store_refuses_another_length_or_type_than_was_signed()
    {
        using var alice = servers.Person("alice");
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", 10);
        (await Person.PutAsync(presigned, new byte[11])).Status.ShouldBe(403);
        (await Person.PutAsync(presigned, new byte[10], contentType: "text/html")).Status.ShouldBe(403);
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(409);
        (await Person.PutAsync(presigned, new byte[10])).Status.ShouldBe(200);
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
    }

    [Fact]
    public async Task Two_apis_and_two_workers_share_the_work_and_one_worker_may_be_killed()
    {
        await using var second = await servers.StartTemporaryApiAsync();
        await servers.StartWorkerAsync();
        using var alice = servers.Person("sharer");
        using var same = second.Person("sharer");
        var ids = new List<Guid>();
        for (var i = 0; i < Photos; i++) ids.Add(await (i % 2 == 0 ? alice : same).UploadAsync(CameraPhoto.Bytes));
        await Eventually.True(
            async () => (await alice.GetAsync("/api/assets?status=processing")).Json["items"]!.AsArray().Count > 0, "a photo is in work");
        await servers.KillWorkerAsync();

        using var bucket = new Bucket();
        foreach (var id in ids)
        {
            var asset = await same.TerminalAsync(id);
            asset.Text("status").ShouldBe("ready");
            Bucket.KeysOf(asset).Count.ShouldBe(8);
            (await bucket.KeysAsync(ObjectKey.VariantsOf(id))).ShouldBe(Bucket.KeysOf(asset), ignoreOrder: true);
            (await alice.TimelineKindsAsync(id)).Count(kind => kind == "ready").ShouldBe(1);
        }
    }
}
