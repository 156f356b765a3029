using Pipeline.Storage;

namespace Pipeline.EndToEnd.Production;

[Collection(FaultTests.Name)]
public sealed class ScannerDownTests
{
    [Fact]
    public async Task Nothing_is_published_while_the_scanner_is_away_and_the_asset_becomes_ready_when_it_is_back()
    {
        await using var servers = await ProductionServers.MakeAsync();
        await servers.StartAsync(api: [("Dispatch__RetryMinSeconds", "1"), ("Dispatch__RetryMaxSeconds", "1"), ("Dispatch__MaxAttempts", "100")], worker: []);
        using var alice = servers.Person("alice");
        using var bucket = new Bucket();
        Guid id;

        await using (await Service.Scanner.KilledAsync())
        {
            id = await alice.UploadAsync(PlainPhoto.Bytes);
            await Eventually.True(
                async () => (await alice.TimelineKindsAsync(id)).Count(kind => kind == "attempt_failed") > 1, "two attempts have failed");
            var asset = await alice.AssetAsync(id);
            asset.Text("status").ShouldBeOneOf("queued", "processing");
            asset.Json["failure"]!["code"]!.GetValue<string>().ShouldBe("scanner_unavailable");
            (await bucket.KeysAsync(ObjectKey.VariantsOf(id))).ShouldBeEmpty();
        }

        (await alice.TerminalAsync(id)).Text("status").ShouldBe("ready");
        (await bucket.KeysAsync(ObjectKey.VariantsOf(id))).Count.ShouldBe(8);
        var kinds = await alice.TimelineKindsAsync(id);
        kinds.Count(kind => kind == "ready").ShouldBe(1);
        kinds.Count(kind => kind == "scanned").ShouldBe(1, "an attempt without a verdict is no scan");
    }
}
