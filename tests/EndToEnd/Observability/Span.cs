using System.Globalization;
using Google.Protobuf;

namespace Pipeline.EndToEnd.Observability;

/// <summary>A span as a host exported it.</summary>
/// <param name="Host">The service name of its resource.</param>
/// <param name="Links">The trace ids that it links to.</param>
internal sealed record Span(
    string Host, string TraceId, string Id, string ParentId, string Name, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<string> Links)
{
    // Field numbers of opentelemetry/proto/collector/trace/v1 and trace/v1.
    private const int ResourceSpans = 1, Resource = 1, ScopeSpans = 2, SpansOfScope = 2, AttributesOfResource = 1;
    private const int SpanTraceId = 1, SpanId = 2, SpanParentId = 4, SpanName = 5, SpanAttributes = 9, SpanLinks = 13;

    /// <summary>The spans of an ExportTraceServiceRequest.</summary>
    public static IEnumerable<Span> Read(byte[] request)
    {
        foreach (var resource in Messages(request, ResourceSpans))
        {
            var host = Messages(resource, Resource).SelectMany(r => Messages(r, AttributesOfResource)).Select(Pair).FirstOrDefault(pair => pair.Key == "service.name").Value ?? "";
            foreach (var span in Messages(resource, ScopeSpans).SelectMany(scope => Messages(scope, SpansOfScope)))
                yield return Of(host, span);
        }
    }

    private static Span Of(string host, byte[] span) => new(
        host,
        Hex(Messages(span, SpanTraceId).Single()),
        Hex(Messages(span, SpanId).Single()),
        Hex(Messages(span, SpanParentId).SingleOrDefault() ?? []),
        Encoding.UTF8.GetString(Messages(span, SpanName).Single()),
        Messages(span, SpanAttributes).Select(Pair).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
        [.. Messages(span, SpanLinks).Select(link => Hex(Messages(link, SpanTraceId).Single()))]);

    // KeyValue: key, AnyValue with one of string, bool, int, double.
    private static KeyValuePair<string, string> Pair(byte[] pair)
    {
        var value = new CodedInputStream(Messages(pair, 2).Single());
        var text = value.ReadTag() switch
        {
            0 => "",
            var tag => WireFormat.GetTagFieldNumber(tag) switch
            {
                1 => value.ReadString(),
                2 => value.ReadBool().ToString(),
                3 => value.ReadInt64().ToString(CultureInfo.InvariantCulture),
                4 => value.ReadDouble().ToString(CultureInfo.InvariantCulture),
                var other => throw new InvalidOperationException($"No test expects a value of kind {other}."),
            },
        };
        return KeyValuePair.Create(Encoding.UTF8.GetString(Messages(pair, 1).Single()), text);
    }

    // All length-delimited fields of this number.
    private static List<byte[]> Messages(byte[] message, int field)
    {
        var (input, found) = (new CodedInputStream(message), new List<byte[]>());
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited) found.Add(input.ReadBytes().ToByteArray());
            else input.SkipLastField();
        }

        return found;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}

/// <summary>A collector on loopback that keeps the spans that it gets.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly Receiver _receiver;

    private TraceCollector(Receiver receiver) => _receiver = receiver;

    public (string Name, string Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{new Uri(_receiver.Url).Authority}"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_BSP_SCHEDULE_DELAY", "200"),
    ];

    public IReadOnlyList<Span> Spans => [.. _receiver.All.Where(request => request.Path == "/v1/traces").SelectMany(request => Span.Read(request.Body))];

    public static async Task<TraceCollector> StartAsync() => new(await Receiver.StartAsync());

    /// <summary>The spans of a trace once those of these names have come: hosts send theirs at times of their own.</summary>
    public async Task<IReadOnlyList<Span>> TraceAsync(string traceId, params string[] until)
    {
        foreach (var name in until) await Eventually.True(() => Spans.Any(span => span.TraceId == traceId && span.Name == name), $"the trace has a span '{name}'", TimeSpan.FromSeconds(90));
        return [.. Spans.Where(span => span.TraceId == traceId)];
    }

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();
}
