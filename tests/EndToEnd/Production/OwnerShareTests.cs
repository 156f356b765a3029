namespace Pipeline.EndToEnd.Production;

/// <summary>On RabbitMQ, with two API processes that share the dispatching.</summary>
public sealed class OwnerShareTests
{
    [Fact]
    public async Task A_photo_does_not_wait_behind_what_another_account_sends_without_pause()
    {
        await using var servers = await ProductionServers.MakeAsync();
        await servers.StartAsync(api: [], worker: [("Processor__Messaging__Concurrency", "3")]);
        var second = await servers.StartApiAsync();
        using var eve = servers.Person($"eve-{Guid.NewGuid():N}");
        using var ada = servers.Person($"ada-{Guid.NewGuid():N}", second);

        await Flood.ShouldDelayNobodyAsync(eve, ada);
    }

    [Fact]
    public async Task What_was_deleted_while_its_request_waited_is_not_decoded()
    {
        await using var servers = await ProductionServers.MakeAsync();
        await servers.StartApiAsync(("Dispatch__InWorkPerOwner", "50"));
        var user = $"eve-{Guid.NewGuid():N}";
        using var eve = servers.Person(user);
        var deleted = new List<Guid>();
        for (var i = 0; i < 5; i++) deleted.Add(await eve.UploadAsync(PlainPhoto.Bytes));
        foreach (var id in deleted)
            await Eventually.True(async () => (await eve.TimelineKindsAsync(id)).Contains("dispatched"), "the bus has it");

        foreach (var id in deleted) (await eve.DeleteAsync($"/api/assets/{id}")).Status.ShouldBe(204);
        using var bucket = new Bucket();
        await Eventually.True(async () => (await bucket.KeysAsync($"uploads/{user}/")).Count == 0, "the files are gone", TimeSpan.FromSeconds(60));
        await servers.StartWorkerAsync();

        (await eve.TerminalAsync(await eve.UploadAsync(PlainPhoto.Bytes))).Text("status").ShouldBe("ready");
        foreach (var id in deleted)
        {
            await Eventually.True(() => servers.Log.Contains($"Dropped ProcessingFailed of asset {id}", StringComparison.Ordinal), "the worker found nothing to work on");
            servers.Log.ShouldNotContain($"Dropped AssetReady of asset {id}");
        }
    }
}
