using System.Diagnostics;
using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>RabbitMQ fails in several ways during uploads. Confirms do not depend on it, since the row holds the request.</summary>
internal static class BrokerAway
{
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Nothing = TimeSpan.FromSeconds(60);

    public static Task<Finding> KilledAsync(Scale scale, CancellationToken cancellationToken) =>
        RunAsync(scale.Of(20, 1), scale.Of(1000, 20), TimeSpan.FromSeconds(2), Service.Broker.KilledAsync, "kills", cancellationToken);

    public static Task<Finding> StoppedAsync(Scale scale, CancellationToken cancellationToken) => RunAsync(
        1, scale.Of(200, 20), scale.Of(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(5)), Service.Broker.StoppedAsync, "stop", cancellationToken);

    public static Task<Finding> FrozenAsync(Scale scale, CancellationToken cancellationToken) => RunAsync(
        scale.Of(3), scale.Of(200, 10), scale.Of(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5)), Service.Broker.FrozenAsync, "freezes", cancellationToken);

    private static async Task<Finding> RunAsync(
        int times, int assets, TimeSpan away, Func<Task<IAsyncDisposable>> takeAway, string name, CancellationToken cancellationToken)
    {
        await using var world = await World.CreateAsync();
        await world.StartApiAsync();
        await world.StartWorkerAsync();
        using var client = world.Client();
        var confirmed = new List<Guid>();
        var (slowest, longest) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var time = 0; time < times; time++)
        {
            var share = Math.Max(4, assets / times);
            var prepared = await client.PrepareAsync(share / 2, cancellationToken);
            var before = client.UploadAsync(share - prepared.Count, cancellationToken);
            await using (await takeAway())
            {
                var watch = Stopwatch.StartNew();
                foreach (var place in prepared)
                {
                    var took = await client.ConfirmAsync(place.Id, cancellationToken);
                    if (took > slowest) slowest = took;
                }

                confirmed.AddRange(await before);
                if (away > watch.Elapsed) await Task.Delay(away - watch.Elapsed, cancellationToken);
            }

            confirmed.AddRange(prepared.Select(p => p.Id));
            var back = Stopwatch.StartNew();
            await World.Slowly(async () => await world.Database.CountAsync(""" "DispatchAt" <= now() """, cancellationToken) == 0, "nothing is pending", Nothing);
            if (back.Elapsed > longest) longest = back.Elapsed;
        }

        await world.DoneAsync("the broker is back", TimeSpan.FromMinutes(8), cancellationToken);
        ChaosException.Unless(slowest <= Quick, $"a confirm took {slowest.TotalSeconds:0.0} s");
        return new Finding(
            $"{confirmed.Count} assets, {times} {name} of {away.TotalSeconds:0} s",
            $"{await world.AuditAsync(confirmed, cancellationToken)}; slowest confirm {slowest.TotalMilliseconds:0} ms, nothing pending after {longest.TotalSeconds:0} s");
    }
}
