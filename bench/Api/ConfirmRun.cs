using System.Runtime.Versioning;
using Pipeline.TestKit;

namespace Pipeline.Bench.Api;

/// <summary>Confirms of uploads that lie in the store: each asks the store for the object, and its request reaches the broker.</summary>
[SupportedOSPlatform("linux")]
internal static class ConfirmRun
{
    private const int Lanes = 32;
    private const int Size = 512;
    private const int PutsAtOnce = 16;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static async Task<RouteFigures> MeasureAsync(ApiServer server, int count)
    {
        var uploads = await Requests.PendingAsync(server, count, Size);
        await PutAsync(uploads.ConvertAll(upload => upload.Url));
        var requests = uploads.ConvertAll(upload => HttpLane.Request("POST", "/api/upload/confirm", upload.Token, $$"""{"id":"{{upload.Id}}"}"""));
        var lanes = await Requests.LanesAsync(server, Lanes);
        var figures = await Measure.RunAsync(server, lanes, Requests.Once(requests), () => DispatchedAsync(server));
        foreach (var lane in lanes) lane.Dispose();
        return figures;
    }

    private static async Task PutAsync(List<Uri> urls)
    {
        using var store = new HttpClient();
        await Parallel.ForEachAsync(urls, new ParallelOptions { MaxDegreeOfParallelism = PutsAtOnce }, async (url, cancellationToken) =>
        {
            using var body = new ByteArrayContent(new byte[Size]);
            body.Headers.ContentType = new("image/jpeg");
            using var answer = await store.PutAsync(url, body, cancellationToken);
            answer.EnsureSuccessStatusCode();
        });
    }

    // The row says so once the broker has confirmed the request.
    private static Task DispatchedAsync(ApiServer server) => Eventually.True(
        async () => await server.Database.ReadAsync<long>("SELECT count(*) FROM assets WHERE \"DispatchAt\" IS NOT NULL") == 0, "the broker has all requests", Longest);
}
