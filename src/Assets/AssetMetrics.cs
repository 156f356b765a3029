using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using System.Reflection;
using Pipeline.Assets.Events;
using Pipeline.Contracts;

namespace Pipeline.Assets;

/// <summary>Counts what happens to assets. Every label has a closed set of values, and none names a user, an asset or a batch.</summary>
internal static class AssetMetrics
{
    private const string None = "none";
    private const string Other = "other";

    private static readonly Meter Meter = new("Pipeline.Assets");

    private static readonly Counter<long> Events = Meter.CreateCounter<long>(
        "pipeline.asset.events", description: "Events of assets by kind, such as confirmed, ready or rejected, and by code where an attempt ended without success.");

    private static readonly Histogram<double> ConfirmToReady = Meter.CreateHistogram(
        "pipeline.confirm_to_ready.duration", "s", "From the confirm of an upload to its first publication.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600] });

    private static readonly Counter<long> JobRuns = Meter.CreateCounter<long>("pipeline.job.runs", description: "Runs of a sweep by result.");

    private static readonly Counter<double> JobSeconds = Meter.CreateCounter<double>("pipeline.job.duration", "s", "Total time of the runs of a sweep.");

    private static readonly Gauge<double> JobEnded = Meter.CreateGauge<double>("pipeline.job.last_success.timestamp", "s", "When a sweep last ended without a fault, as Unix time.");

    private static readonly Counter<long> Rescans = Meter.CreateCounter<long>(
        "pipeline.rescans", description: "Published assets that were scanned again, by verdict: clean, infected, held or failed.");

    // A newer worker may send a code that this version does not know.
    private static readonly FrozenSet<string> Codes = typeof(RejectionCode).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Concat(typeof(FailureCode).GetFields(BindingFlags.Public | BindingFlags.Static))
        .Select(field => (string)field.GetRawConstantValue()!)
        .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Counts the saved events of an asset.</summary>
    public static void Saved(Asset asset, IReadOnlyList<AssetEvent> events)
    {
        foreach (var line in events)
        {
            Events.Add(1, new KeyValuePair<string, object?>("kind", AssetEvent.Word(line.Kind)), new KeyValuePair<string, object?>("code", CodeOf(line.Kind, asset)));
            if (line.Kind == AssetEventKind.Ready && line.Revision == 1 && asset.ConfirmedAt is { } confirmed)
                ConfirmToReady.Record(Math.Max(0, (line.At - confirmed).TotalSeconds));
        }
    }

    /// <summary>Counts a rescan.</summary>
    public static void Rescanned(string verdict) => Rescans.Add(1, new KeyValuePair<string, object?>("verdict", verdict));

    /// <summary>Counts one run of a sweep.</summary>
    public static void Ran(string sweep, bool succeeded, TimeSpan duration, DateTimeOffset now)
    {
        var job = new KeyValuePair<string, object?>("sweep", sweep);
        JobRuns.Add(1, job, new KeyValuePair<string, object?>("result", succeeded ? "ok" : "failed"));
        JobSeconds.Add(duration.TotalSeconds, job);
        if (succeeded) JobEnded.Record(now.ToUnixTimeMilliseconds() / 1000.0, job);
    }

    private static string CodeOf(AssetEventKind kind, Asset asset) => kind switch
    {
        AssetEventKind.Rejected => Known(asset.RejectionCode),
        AssetEventKind.AttemptFailed or AssetEventKind.Failed => Known(asset.FailureCode),
        _ => None,
    };

    private static string Known(string? code) => code is not null && Codes.Contains(code) ? code : Other;
}
