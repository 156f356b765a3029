using System.Diagnostics.Metrics;
using Pipeline.Processor.Processing;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor;

/// <summary>The worker's metrics. Every label has a closed set of values.</summary>
internal static class ProcessingMetrics
{
    private static readonly Meter Meter = new("Pipeline.Processor");

    private static readonly Histogram<double> Steps = Meter.CreateHistogram(
        "pipeline.step.duration", "s", "Duration of one processing step of one asset.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10, 60] });

    private static readonly Counter<long> Outcomes = Meter.CreateCounter<long>("pipeline.outcomes", description: "Processed requests by outcome and code.");

    private static readonly Counter<long> Verdicts = Meter.CreateCounter<long>("pipeline.scan.verdicts", description: "Scans by verdict; none if the scanner gave none.");

    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("pipeline.processed", "By", "Bytes of the files that were processed to an outcome.");

    private static readonly UpDownCounter<long> Active = Meter.CreateUpDownCounter<long>("pipeline.processing.active", description: "Requests that this worker processes now.");

    private static readonly Gauge<long> Places = Meter.CreateGauge<long>("pipeline.processing.places", description: "Requests that this worker processes at once, by kind.");

    private static readonly Gauge<double> SignatureAge = Meter.CreateGauge<double>(
        "pipeline.scanner.signature.age", "s", "Age of the scanner's signatures, exact to a day, when the scanner last reported it.");

    public static void Step(string step, TimeSpan duration) => Steps.Record(duration.TotalSeconds, Tag("step", step));

    public static void Begun() => Active.Add(1);

    /// <param name="outcome">Null if the work was given up without an outcome.</param>
    /// <param name="bytes">Size of the file.</param>
    public static void Ended(ProcessingOutcome? outcome, long bytes)
    {
        Active.Add(-1);
        if (outcome is null) return;
        Outcomes.Add(1, Tag("outcome", outcome.Word), Tag("code", outcome.Code ?? "none"));
        Bytes.Add(bytes);
    }

    public static void Verdict(ScanVerdict? verdict) => Verdicts.Add(1, Tag("verdict", verdict switch
    {
        ScanVerdict.Clean => "clean",
        ScanVerdict.Infected => "infected",
        ScanVerdict.LimitExceeded => "limit_exceeded",
        _ => "none",
    }));

    public static void HasPlaces(int uploads, int reprocessings)
    {
        Places.Record(uploads, Tag("kind", "uploads"));
        Places.Record(reprocessings, Tag("kind", "reprocess"));
    }

    public static void SignaturesAre(TimeSpan age) => SignatureAge.Record(Math.Max(0, age.TotalSeconds));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
