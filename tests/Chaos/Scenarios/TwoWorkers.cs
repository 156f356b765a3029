using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>
/// A worker is about to publish when it loses the broker, which gives its requests to another worker. That one comes to the same step, and then both write
/// the variants of the same revisions and report them.
/// </summary>
internal static class TwoWorkers
{
    private const int AtOnce = 5;
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    // The first holds its writes until the second has come as far, which takes longer than a write may.
    private static readonly (string Name, string Value)[] Patient = [("Storage__S3__AttemptTimeout", "00:05:00"), ("Storage__S3__OperationTimeout", "00:10:00")];

    public static async Task<Finding> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        var rounds = scale.Of(10);
        await using var ground = await CrashGround.CreateAsync(AtOnce);
        await using var second = await StoreProxy.StartAsync();
        var api = await ground.World.StartApiAsync([World.WholeShare, .. World.WithTimeouts]);
        await ground.StartWorkerAsync(Patient);
        using var client = ground.World.Client();
        var confirmed = new List<Guid> { await client.UploadAsync(cancellationToken) };
        await ground.World.DoneAsync("the first upload", Soon, cancellationToken);
        for (var round = 0; round < rounds; round++)
        {
            var (one, other) = (new Gate(ground.Store, Requests.IsVariant), new Gate(second, Requests.IsVariant));
            confirmed.AddRange(await client.UploadAsync(AtOnce, cancellationToken));
            await Eventually.True(() => one.Waiting == AtOnce * Photo.Variants, "the first is about to publish", Soon);
            ground.Broker.Mode = ProxyMode.Reset;
            var rival = await ground.World.StartWorkerAsync([second.Setting, ("Processor__Messaging__Concurrency", $"{AtOnce}"), .. Patient]);
            await Eventually.True(() => other.Waiting == AtOnce * Photo.Variants, "the second is about to publish the same", Soon);
            ground.Broker.Mode = ProxyMode.Pass;
            one.Open();
            other.Open();
            await ground.World.DoneAsync("both have published", Soon, cancellationToken);
            await World.Slowly(() => Task.FromResult(confirmed.TakeLast(AtOnce).All(id => Ends(api.Log, id) >= 2)), "both have reported", Soon);
            await ground.World.KillWorkerAsync(rival);
        }

        var twice = await ground.World.Database.NumberAsync(
            """SELECT count(*) FROM (SELECT 1 FROM asset_events WHERE "Kind" = 'ready' GROUP BY "AssetId" HAVING count(*) <> 1) AS twice""", cancellationToken);
        ChaosException.Unless(twice == 0, $"{twice} revisions ended twice");
        var result = await ground.World.AuditAsync(confirmed, cancellationToken);
        ChaosException.Unless(result == $"{confirmed.Count} ready", $"not all ready: {result}");
        return new Finding($"{rounds * AtOnce} assets, each by two workers", $"each revision ended once; {result}");
    }

    // The API's log lines for outcomes, accepted or dropped.
    private static int Ends(string log, Guid id) =>
        log.Split('\n').Count(line => line.Contains($"{id}", StringComparison.Ordinal) && line.Contains("AssetReady", StringComparison.Ordinal));
}
