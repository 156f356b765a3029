using System.Diagnostics.Metrics;
using System.Net;
using Pipeline.Storage.Costs;

namespace Pipeline.Storage.S3;

/// <summary>
/// Counts the HTTP requests to the store, with each retry, because providers charge for each. Labels come from closed sets; none is a key.
/// </summary>
/// <param name="inner">Sends the requests.</param>
/// <param name="settings">The bucket.</param>
/// <param name="counts">Counts them for the costs as well; null for none.</param>
internal sealed class S3Metrics(HttpMessageHandler inner, S3AreaSettings settings, StoreRequestCounts? counts) : DelegatingHandler(inner)
{
    private static readonly Meter Meter = new("Pipeline.Storage");

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "pipeline.store.requests", description: "HTTP requests to the object store by area, operation, result and cause of a fault.");

    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>(
        "pipeline.store.transfer", "By", "Bytes of objects that were announced for transfer by area and direction.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "pipeline.store.request.duration", "s", "Until the head of the store's response, by operation.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 30] });

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var ((area, operation), begun) = (S3Request.Of(request, settings), TimeProvider.System.GetTimestamp());
        counts?.Add(new CountedRequest(area, operation, StoreCause.Current), 1);
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            var (result, cause) = ResultOf(response.StatusCode);
            Count(result, cause);
            if (request.Content?.Headers.ContentLength is { } sent && operation == StoreOperation.Put) Bytes.Add(sent, Tag("area", area), Tag("direction", "sent"));
            if (operation == StoreOperation.Get && response.IsSuccessStatusCode && response.Content.Headers.ContentLength is { } received)
                Bytes.Add(received, Tag("area", area), Tag("direction", "received"));
            return response;
        }
        catch (OperationCanceledException)
        {
            // The deadline of the request, or its caller has gone.
            Count("failed", "cancelled");
            throw;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            Count("failed", "connection");
            throw;
        }

        void Count(string result, string cause)
        {
            Requests.Add(1, Tag("area", area), Tag("operation", operation), Tag("result", result), Tag("cause", cause));
            Duration.Record(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, Tag("operation", operation));
        }
    }

    private static (string Result, string Cause) ResultOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => ("missing", "none"),
        HttpStatusCode.PreconditionFailed or HttpStatusCode.NotModified => ("changed", "none"),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ("failed", "denied"),
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => ("failed", "throttled"),
        >= HttpStatusCode.InternalServerError => ("failed", "server"),
        >= HttpStatusCode.BadRequest => ("failed", "request"),
        _ => ("ok", "none"),
    };

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
