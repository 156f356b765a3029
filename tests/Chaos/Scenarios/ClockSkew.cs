using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>
/// An API and a worker whose clocks are ten minutes fast, and others whose clocks are ten minutes slow. Needs Debian's faketime, which gives a
/// process another time without changing its timers.
/// </summary>
internal static class ClockSkew
{
    // Longer than the silence limit, and shorter than the time after which a worker counts as lost by the right clock.
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(100);
    private static readonly (string Name, string Value)[] Silence = [("Dispatch__SilenceSeconds", "120")];
    private static readonly (string Name, string Value)[] Patient = [("Storage__S3__AttemptTimeout", "00:05:00"), ("Storage__S3__OperationTimeout", "00:10:00")];

    public static async Task<Finding> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        var (fast, slow) = (Off("+600s"), Off("-600s"));
        await using var proxy = await StoreProxy.StartAsync();
        await using var world = await World.CreateAsync();
        await world.StartApiAsync([.. fast, .. Silence, .. World.WithTimeouts, World.WholeShare]);
        await world.StartApiAsync([.. slow, .. Silence, .. World.WithTimeouts, World.WholeShare]);
        await world.StartWorkerAsync([.. fast, proxy.Setting, .. Patient]);
        await world.StartWorkerAsync([.. slow, proxy.Setting, .. Patient]);
        using var client = world.Client();
        using var other = world.Client(api: 1);

        // Upload URLs of both are valid, and long work stays with its worker, whichever API receives its heartbeats.
        var gate = new Gate(proxy, Requests.IsVariant);
        var confirmed = new List<Guid>();
        for (var i = 0; i < scale.Of(50, 6); i += 2)
        {
            confirmed.Add(await client.UploadAsync(cancellationToken));
            confirmed.Add(await other.UploadAsync(cancellationToken));
        }

        await Task.Delay(Held, cancellationToken);
        gate.Open();
        await world.DoneAsync("the store takes variants", TimeSpan.FromMinutes(3), cancellationToken);
        var again = (await world.Database.RowsAsync(cancellationToken)).Count(r => r.Dispatched != 1);
        ChaosException.Unless(again == 0, $"{again} requests were given to the bus again while their workers had them in hand");

        // The schedule of the sweeps is shared: when the fast API is gone, the slow one must not wait until its clock reaches that time.
        await world.KillApiAsync();
        proxy.Refuse(500);
        confirmed.AddRange(await other.UploadAsync(scale.Of(20, 4), cancellationToken));
        await World.Slowly(
            async () => await world.Database.CountAsync(""" "FailureCode" IS NOT NULL """, cancellationToken) > 0, "an attempt fails", TimeSpan.FromMinutes(2));
        proxy.Heal();
        await world.DoneAsync("the fast API is gone", TimeSpan.FromMinutes(2), cancellationToken);
        var result = await world.AuditAsync(confirmed, cancellationToken);
        ChaosException.Unless(result == $"{confirmed.Count} ready", $"not all ready: {result}");
        return new Finding($"{confirmed.Count} assets, clocks ±10 min", $"each given to the bus once while in work for {Held.TotalSeconds:0} s; {result}");
    }

    private static (string Name, string Value)[] Off(string by) =>
        [("LD_PRELOAD", Preload.Find("libfaketimeMT.so.1", "faketime")), ("FAKETIME", by), ("FAKETIME_DONT_FAKE_MONOTONIC", "1")];
}
