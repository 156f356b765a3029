using System.Net;
using Npgsql;
using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>
/// The connections of the API break within transactions and reach a read-only server, as after a failover to a standby that is not promoted yet;
/// then the server accepts writes, but on new connections only.
/// </summary>
internal static class Failover
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    public static async Task<Finding> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        var times = scale.Of(10, 1);
        var away = scale.Of(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(6));
        await using var world = await World.CreateAsync();
        var direct = new NpgsqlConnectionStringBuilder(world.Database.Setting.Value);
        await using var proxy = new FaultProxy(direct.Host!, direct.Port);
        var behind = new NpgsqlConnectionStringBuilder(direct.ConnectionString) { Host = "127.0.0.1", Port = proxy.Port };
        await world.StartApiAsync([(world.Database.Setting.Name, behind.ConnectionString), .. World.WithTimeouts]);
        await world.StartWorkerAsync();
        using var client = world.Client();
        var confirmed = new List<Guid>();
        for (var time = 0; time < times; time++)
        {
            var uploads = client.UploadAsync(scale.Of(20, 6), cancellationToken);
            await world.Database.SetReadOnlyAsync(true, cancellationToken);
            await MoveAsync(proxy, cancellationToken);
            await World.Slowly(
                async () => (await client.AskAsync("health/ready", cancellationToken)).Status == HttpStatusCode.ServiceUnavailable, "the API is not ready", Soon);
            var (status, saysWhen) = await client.TryPresignAsync(cancellationToken);
            ChaosException.Unless(status == HttpStatusCode.ServiceUnavailable && saysWhen, $"with a database that only reads a presign was answered by {(int)status}");
            await Task.Delay(away, cancellationToken);
            await world.Database.SetReadOnlyAsync(false, cancellationToken);
            if (time % 2 == 1) await MoveAsync(proxy, cancellationToken);
            await World.Slowly(
                async () => (await client.AskAsync("health/ready", cancellationToken)).Status == HttpStatusCode.OK, "the API is ready again", Soon);
            confirmed.AddRange(await uploads);
        }

        await world.DoneAsync("the database takes writes", TimeSpan.FromMinutes(5), cancellationToken);
        var result = await world.AuditAsync(confirmed, cancellationToken);
        ChaosException.Unless(result == $"{confirmed.Count} ready", $"not all ready: {result}");
        return new Finding($"{confirmed.Count} assets, {times} failovers", $"503 and unready while it only reads; {result}");
    }

    private static async Task MoveAsync(FaultProxy proxy, CancellationToken cancellationToken)
    {
        proxy.Mode = ProxyMode.Reset;
        await Task.Delay(TimeSpan.FromSeconds(0.5), cancellationToken);
        proxy.Mode = ProxyMode.Pass;
    }
}
