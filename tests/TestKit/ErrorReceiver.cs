using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Pipeline.TestKit;

/// <summary>A receiver of Sentry's envelopes, which are lines of JSON: a header, then the header and the content of each item.</summary>
public sealed class ErrorReceiver : IAsyncDisposable
{
    private readonly Receiver _receiver;

    private ErrorReceiver(Receiver receiver) => _receiver = receiver;

    /// <summary>The DSN of its only project.</summary>
    public string Dsn => $"http://public-key-of-the-project@{new Uri(_receiver.Url).Authority}/42";

    public Receiver Http => _receiver;

    /// <summary>All bodies as text.</summary>
    public IReadOnlyList<string> Envelopes => [.. _receiver.All.Select(Text)];

    /// <summary>The events of all envelopes.</summary>
    public IReadOnlyList<JsonNode> Events => [.. Envelopes.SelectMany(EventsOf)];

    public static async Task<ErrorReceiver> StartAsync() => new(await Receiver.StartAsync());

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    private static IEnumerable<JsonNode> EventsOf(string envelope)
    {
        var lines = envelope.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).ToList();
        for (var i = 0; i + 1 < lines.Count; i += 2)
            if (JsonNode.Parse(lines[i])!["type"]!.GetValue<string>() == "event")
                yield return JsonNode.Parse(lines[i + 1])!;
    }

    private static string Text(Received received)
    {
        if (received.Headers.GetValueOrDefault("Content-Encoding") != "gzip") return received.Text;
        using var packed = new GZipStream(new MemoryStream(received.Body), CompressionMode.Decompress);
        using var reader = new StreamReader(packed, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
