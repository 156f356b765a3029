using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;

namespace Pipeline.UploadApi.Http;

/// <summary>
/// Counts requests by the pattern of their route, never by their path: a path may hold a key, and each wrong path would be a series of its own.
/// </summary>
internal static class RequestMetrics
{
    private static readonly Meter Meter = new("Pipeline.UploadApi");

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("pipeline.http.requests", description: "Requests by route, method and status code.");

    // Few buckets, since there are many routes.
    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "pipeline.http.request.duration", "s", "Duration of requests by route; a request that waits or streams counts until its end.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.025, 0.1, 0.5, 2.5, 10] });

    /// <param name="route">The pattern of the route; the same text for all requests without one.</param>
    /// <param name="method">The method, or one text for all unknown methods.</param>
    /// <param name="status">The status code of the response.</param>
    /// <param name="duration">Until the end of the response.</param>
    public static void Answered(string route, string method, int status, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("route", route);
        Requests.Add(1, tag, new KeyValuePair<string, object?>("method", method), new KeyValuePair<string, object?>("status", Known(status)));
        Duration.Record(duration.TotalSeconds, tag);
    }

    private static string Known(int status) => status is >= StatusCodes.Status100Continue and < 600 ? status.ToString(System.Globalization.CultureInfo.InvariantCulture) : "other";
}
