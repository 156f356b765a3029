using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Bench.Api;

/// <summary>The requests of the benchmark, each by the next of many users.</summary>
internal static class Requests
{
    public const int FilesInBatch = 100;

    /// <summary>Requests with these bodies, again and again.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path.</param>
    /// <param name="tokens">The users.</param>
    /// <param name="json">The body; null for none.</param>
    public static Func<ReadOnlyMemory<byte>> Endless(string method, string path, IReadOnlyList<string> tokens, string? json)
    {
        var (requests, next) = (tokens.Select(token => HttpLane.Request(method, path, token, json)).ToArray(), -1);
        return () => requests[(int)((uint)Interlocked.Increment(ref next) % (uint)requests.Length)];
    }

    /// <summary>Each of these once.</summary>
    public static Func<ReadOnlyMemory<byte>> Once(IReadOnlyList<byte[]> requests)
    {
        var next = -1;
        return () => Interlocked.Increment(ref next) is var i && i < requests.Count ? requests[i] : ReadOnlyMemory<byte>.Empty;
    }

    public static string File(int size) => JsonSerializer.Serialize(new { filename = "IMG_2041.jpg", contentType = "image/jpeg", fileSize = size });

    public static string Batch(int files, int size) => $$"""{"files":[{{string.Join(',', Enumerable.Repeat(File(size), files))}}]}""";

    /// <summary>Opens this many connections.</summary>
    public static async Task<IReadOnlyList<HttpLane>> LanesAsync(IServer server, int count) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => HttpLane.OpenAsync(server.Address)));

    /// <summary>Requests uploads that wait for their bytes.</summary>
    /// <returns>The token, the id and the URL of each.</returns>
    public static async Task<List<(string Token, string Id, Uri Url)>> PendingAsync(IServer server, int count, int size)
    {
        using var lane = await HttpLane.OpenAsync(server.Address);
        var uploads = new List<(string, string, Uri)>();
        for (var user = 0; uploads.Count < count; user = (user + 1) % server.Tokens.Count)
        {
            var (status, body) = await lane.SendAsync(HttpLane.Request("POST", "/api/upload/presigned-urls", server.Tokens[user], Batch(FilesInBatch, size)), wantsBody: true);
            if (status != 200) throw new BenchException($"the API answered {status} to a batch");
            uploads.AddRange(JsonNode.Parse(body)!["uploads"]!.AsArray().Select(u => (server.Tokens[user], u!["id"]!.GetValue<string>(), new Uri(u["uploadUrl"]!.GetValue<string>()))));
        }

        return uploads;
    }
}
