using System.Net;
using Polly;
using Polly.Retry;

namespace Pipeline.Client;

/// <summary>Sends a request again: after the wait that the server asks for, or with exponential backoff after a failure.</summary>
internal sealed class RetryPolicy(RequestLimits limits, TimeProvider time, TimeProvider waitTime, Action<RequestWait>? waiting = null)
{
    /// <summary>Creates the pipeline for one kind of request.</summary>
    /// <param name="attempts">Attempts when connections break or the server has a temporary fault; 1 for requests that are not idempotent.</param>
    /// <param name="problem">Reads the server's explanation from an answer that asks for a wait: what it allows, and which setting allows more.</param>
    /// <param name="noWaitFor">The code of a problem after which the request is not sent again, although the server asks for it; null for none.</param>
    public ResiliencePipeline<HttpResponseMessage> Create(
        int attempts, Func<HttpResponseMessage, CancellationToken, Task<Problem?>>? problem = null, string? noWaitFor = null)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = waitTime };

        // Failures are the outer strategy, so that waits that the server asks for do not give a request more attempts.
        if (attempts > 1) builder.AddRetry(AfterFailures(attempts));
        return builder.AddRetry(AsAsked(problem ?? ((_, _) => Task.FromResult<Problem?>(null)), noWaitFor)).Build();
    }

    private RetryStrategyOptions<HttpResponseMessage> AfterFailures(int attempts) => new()
    {
        MaxRetryAttempts = attempts - 1,
        ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome switch
        {
            { Exception: { } e } => ConnectionErrors.IsOfConnection(e, attempt.Context.CancellationToken),
            { Result: { } response } => ConnectionErrors.IsPassing(response.StatusCode) && AskedBy(response) is null,
            _ => false,
        }),
        BackoffType = DelayBackoffType.Exponential,
        Delay = limits.FirstBackoff,
        UseJitter = true,
    };

    private RetryStrategyOptions<HttpResponseMessage> AsAsked(Func<HttpResponseMessage, CancellationToken, Task<Problem?>> problem, string? noWaitFor) => new()
    {
        MaxRetryAttempts = limits.PutOffs,
        ShouldHandle = async attempt => attempt.Outcome.Result is { } response && AskedBy(response) is not null
            && (await problem(response, attempt.Context.CancellationToken))?.Code is var code && code != ApiClient.QuotaExceeded && (code is null || code != noWaitFor),
        DelayGenerator = attempt => ValueTask.FromResult(AskedBy(attempt.Outcome.Result!)),
        OnRetry = async attempt =>
        {
            var response = attempt.Outcome.Result!;
            waiting?.Invoke(new RequestWait(attempt.RetryDelay, response.StatusCode, (await problem(response, attempt.Context.CancellationToken))?.Text));
        },
    };

    /// <summary>The wait that the server asks for, with 429, or 409 or 503 with Retry-After; null if it asks for none.</summary>
    private TimeSpan? AskedBy(HttpResponseMessage response)
    {
        var after = response.Headers.RetryAfter;
        var asked = after?.Delta ?? (after?.Date - time.GetUtcNow());
        return response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => Bounded(asked ?? limits.UnnamedRetryAfter),
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.Conflict when asked is { } wait => Bounded(wait),
            _ => null,
        };
    }

    private TimeSpan Bounded(TimeSpan asked) =>
        asked < TimeSpan.Zero ? TimeSpan.Zero : asked > limits.LongestRetryAfter ? limits.LongestRetryAfter : asked;
}

/// <summary>A wait before a request is sent again, because the server asked for it.</summary>
/// <param name="Wait">How long.</param>
/// <param name="Status">The status of the answer: 429, 409 or 503.</param>
/// <param name="Reason">The server's sentence: what it allows, and which setting allows more; null if it gave none.</param>
public sealed record RequestWait(TimeSpan Wait, HttpStatusCode Status, string? Reason);
