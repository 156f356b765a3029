using System.Net;
using System.Net.Sockets;

namespace Pipeline.Bench.Load;

/// <param name="Plain">Confirms of an API that reports to nobody.</param>
/// <param name="Hanging">Those of one whose collector and error tracker accept connections and never answer.</param>
internal sealed record TelemetryFigures(Times Plain, Times Hanging);

/// <summary>What a collector that hangs costs those who confirm. The two APIs take turns, so that both meet the same machine.</summary>
internal static class TelemetryRun
{
    private const int Clients = 4;

    public static async Task<TelemetryFigures> MeasureAsync(PhotoDeck photos, int rounds, int confirms)
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var address = $"127.0.0.1:{((IPEndPoint)mute.LocalEndpoint).Port}";
        await using var plain = await Rig.StartAsync(processors: 0);
        await using var hanging = await Rig.StartAsync(processors: 0, shares: false, ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{address}"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("SENTRY_DSN", $"http://key@{address}/1"));
        var (one, other) = (new List<TimeSpan>(), new List<TimeSpan>());
        await ConfirmAsync(plain, photos, confirms);
        await ConfirmAsync(hanging, photos, confirms);
        for (var i = 0; i < rounds; i++)
        {
            one.AddRange(await ConfirmAsync(plain, photos, confirms));
            other.AddRange(await ConfirmAsync(hanging, photos, confirms));
        }

        return new TelemetryFigures(new Times(one), new Times(other));
    }

    /// <summary>Uploads first, so that only confirms are measured.</summary>
    private static async Task<IReadOnlyList<TimeSpan>> ConfirmAsync(Rig rig, PhotoDeck photos, int count)
    {
        using var user = rig.NewUser();
        var uploads = await Crowd.EachAsync(Clients, Enumerable.Range(0, count), async _ => (await user.PutAsync(photos.Next())).Id);
        return [.. await Crowd.EachAsync(Clients, uploads, user.ConfirmAsync)];
    }
}
