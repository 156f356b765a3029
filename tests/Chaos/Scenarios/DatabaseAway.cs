using System.Diagnostics;
using System.Net;
using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>PostgreSQL stops while there is work. It must have been started with PG_DURABLE=1, or it loses committed data.</summary>
internal static class DatabaseAway
{
    public static Task<Finding> KilledAsync(Scale scale, CancellationToken cancellationToken) =>
        RunAsync(scale.Of(10), scale, TimeSpan.FromSeconds(3), Service.Database.KilledAsync, "kills", cancellationToken);

    public static Task<Finding> FrozenAsync(Scale scale, CancellationToken cancellationToken) => RunAsync(
        scale.Of(2), scale, scale.Of(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5)), Service.Database.FrozenAsync, "freezes", cancellationToken);

    private static async Task<Finding> RunAsync(
        int times, Scale scale, TimeSpan away, Func<Task<IAsyncDisposable>> takeAway, string name, CancellationToken cancellationToken)
    {
        await using var world = await World.CreateAsync();
        await world.StartApiAsync();
        await world.StartWorkerAsync();
        using var client = world.Client();
        var confirmed = new List<Guid>();
        var (slowest, back) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var time = 0; time < times; time++)
        {
            confirmed.AddRange(await client.UploadAsync(Math.Max(5, scale.Of(200) / times), cancellationToken));
            Task<IReadOnlyList<Guid>> during;
            await using (await takeAway())
            {
                var watch = Stopwatch.StartNew();
                var (status, saysWhen) = await client.AskAsync($"api/assets/{confirmed[^1]}", cancellationToken);
                if (watch.Elapsed > slowest) slowest = watch.Elapsed;
                ChaosException.Unless(status == HttpStatusCode.ServiceUnavailable && saysWhen, $"without a database the API answered {(int)status}");
                during = client.UploadAsync(3, cancellationToken);
                if (away > watch.Elapsed) await Task.Delay(away - watch.Elapsed, cancellationToken);
            }

            var since = Stopwatch.StartNew();
            await World.Slowly(async () => (await client.AskAsync("health/ready", cancellationToken)).Status == HttpStatusCode.OK, "the API is ready again", TimeSpan.FromMinutes(1));
            if (since.Elapsed > back) back = since.Elapsed;
            confirmed.AddRange(await during);
        }

        await world.DoneAsync("the database is back", TimeSpan.FromMinutes(8), cancellationToken);
        return new Finding(
            $"{confirmed.Count} assets, {times} {name} of {away.TotalSeconds:0} s",
            $"503 with Retry-After after at most {slowest.TotalSeconds:0.0} s, ready again after {back.TotalSeconds:0.0} s; {await world.AuditAsync(confirmed, cancellationToken)}");
    }
}
