using System.Runtime.Versioning;

namespace Pipeline.Bench.Api;

/// <summary>A route in all rounds, of the API and of the peer if it has that route.</summary>
/// <param name="Name">The route.</param>
/// <param name="Unit">Counts in one request.</param>
/// <param name="Goal">The goal in words.</param>
/// <param name="Api">The API's rounds.</param>
/// <param name="Peer">The peer's rounds, in turn with those of the API; empty for a route that it lacks.</param>
internal sealed record RouteRounds(string Name, int Unit, string Goal, IReadOnlyList<RouteFigures> Api, IReadOnlyList<RouteFigures> Peer);

/// <summary>Measures both servers route by route, in turn.</summary>
[SupportedOSPlatform("linux")]
internal sealed class Door(ApiServer api, ExpressServer peer, int rounds, TimeSpan time)
{
    private const int Lanes = 64;
    private const int BatchLanes = 8;
    private const int Size = 1_000_000;

    public Task<RouteRounds> PresignAsync() => InTurnAsync("presign", unit: 1, "5 × the peer", Lanes, "/api/upload/presigned-url", Requests.File(Size));

    public Task<RouteRounds> BatchAsync() =>
        InTurnAsync("batch of 100", Requests.FilesInBatch, "20 × the peer", BatchLanes, "/api/upload/presigned-urls", Requests.Batch(Requests.FilesInBatch, Size));

    public async Task<RouteRounds> ConfirmAsync(int count)
    {
        var figures = new List<RouteFigures>();

        // The first is the warm-up.
        for (var round = 0; round <= rounds; round++) figures.Add(await ConfirmRun.MeasureAsync(api, count));
        return new RouteRounds("confirm", Unit: 1, "1,000/s", [.. figures.Skip(1)], []);
    }

    public async Task<RouteRounds> ReadAsync()
    {
        var (next, figures) = (await ReadRun.PrepareAsync(api), new List<RouteFigures>());
        await OnLanesAsync(api, ReadRun.Lanes, async lanes =>
        {
            await Measure.WarmUpAsync(api, lanes, next);
            for (var round = 0; round < rounds; round++) figures.Add(await Measure.RunAsync(api, lanes, next, time));
        });
        return new RouteRounds("GET asset", Unit: 1, "5,000/s", figures, []);
    }

    private async Task<RouteRounds> InTurnAsync(string name, int unit, string goal, int connections, string path, string json)
    {
        var both = new IServer[] { api, peer }.Select(server => (Server: server, Next: Requests.Endless("POST", path, server.Tokens, json), Figures: new List<RouteFigures>())).ToList();
        foreach (var (server, next, _) in both) await OnLanesAsync(server, connections, lanes => Measure.WarmUpAsync(server, lanes, next));
        for (var round = 0; round < rounds; round++)
            foreach (var (server, next, figures) in both)
                await OnLanesAsync(server, connections, async lanes => figures.Add(await Measure.RunAsync(server, lanes, next, time)));
        return new RouteRounds(name, unit, goal, both[0].Figures, both[1].Figures);
    }

    // A server closes connections that rest while the other one is measured.
    private static async Task OnLanesAsync(IServer server, int count, Func<IReadOnlyList<HttpLane>, Task> use)
    {
        var lanes = await Requests.LanesAsync(server, count);
        await use(lanes);
        foreach (var lane in lanes) lane.Dispose();
    }
}
