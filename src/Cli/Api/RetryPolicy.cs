using System.Net;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;
using Polly;
using Polly.Retry;

namespace Pipeline.Cli.Api;

/// <summary>Sends a request again: after the wait that the server asks for, or with exponential backoff after a failure.</summary>
sealed class RetryPolicy(CliEnvironment environment, Deadlines deadlines, ConsoleOutput output)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _explained = new(StringComparer.Ordinal);
    private DateTimeOffset _announcedUntil = DateTimeOffset.MinValue;

    /// <summary>Creates the pipeline for one kind of request.</summary>
    /// <param name="attempts">Attempts when connections break or the server has a temporary fault; 1 for requests that are not idempotent.</param>
    /// <param name="reason">Reads the server's explanation from an answer that asks for a wait: what it allows, and which setting allows more.</param>
    public ResiliencePipeline<HttpResponseMessage> Create(int attempts, Func<HttpResponseMessage, CancellationToken, Task<string?>>? reason = null)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = environment.WaitTime };

        // Failures are the outer strategy, so that waits that the server asks for do not give a request more attempts.
        if (attempts > 1) builder.AddRetry(AfterFailures(attempts));
        return builder.AddRetry(AsAsked(reason)).Build();
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
        Delay = deadlines.FirstBackoff,
        UseJitter = true,
    };

    private RetryStrategyOptions<HttpResponseMessage> AsAsked(Func<HttpResponseMessage, CancellationToken, Task<string?>>? reason) => new()
    {
        MaxRetryAttempts = deadlines.PutOffs,
        ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Result is { } response && AskedBy(response) is not null),
        DelayGenerator = attempt => ValueTask.FromResult(AskedBy(attempt.Outcome.Result!)),
        OnRetry = async attempt =>
        {
            var response = attempt.Outcome.Result!;
            Announce(attempt.RetryDelay, response.StatusCode, reason is null ? null : await reason(response, attempt.Context.CancellationToken));
        },
    };

    /// <summary>The wait that the server asks for, with 429, or 503 with Retry-After; null if it asks for none.</summary>
    private TimeSpan? AskedBy(HttpResponseMessage response)
    {
        var after = response.Headers.RetryAfter;
        var asked = after?.Delta ?? (after?.Date - environment.Time.GetUtcNow());
        return response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => Bounded(asked ?? deadlines.UnnamedRetryAfter),
            HttpStatusCode.ServiceUnavailable when asked is { } wait => Bounded(wait),
            _ => null,
        };
    }

    // Several files that wait at once print one notice; each reason is printed once in a run.
    private void Announce(TimeSpan wait, HttpStatusCode status, string? reason)
    {
        lock (_lock)
        {
            var until = environment.Time.GetUtcNow() + wait;
            if (until - _announcedUntil <= TimeSpan.FromSeconds(1)) return;
            _announcedUntil = until;
            var why = status == HttpStatusCode.TooManyRequests ? "rate limited" : "server busy";
            output.Notice($"{why}, waiting {Math.Ceiling(wait.TotalSeconds):0} s{(IsNew(reason) ? $": {reason}" : "")}");
        }
    }

    // Reasons that differ only in numbers, such as the seconds, count as the same.
    private bool IsNew(string? reason) => reason is not null && _explained.Add(string.Concat(reason.Where(c => !char.IsAsciiDigit(c))));

    private TimeSpan Bounded(TimeSpan asked) =>
        asked < TimeSpan.Zero ? TimeSpan.Zero : asked > deadlines.LongestRetryAfter ? deadlines.LongestRetryAfter : asked;
}
