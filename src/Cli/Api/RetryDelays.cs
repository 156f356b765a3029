using System.Net;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Api;

/// <summary>Waits as long as the server asks for, or with exponential backoff after failures.</summary>
sealed class RetryDelays(CliEnvironment environment, Deadlines deadlines, ConsoleOutput output)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _explained = new(StringComparer.Ordinal);
    private DateTimeOffset _announcedUntil = DateTimeOffset.MinValue;

    /// <summary>The wait that the server asks for, with 429, or 503 with Retry-After; null if it asks for none.</summary>
    public TimeSpan? AskedBy(HttpResponseMessage response)
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

    /// <summary>Waits as the server asks. Several files that wait at once print one notice; each reason is printed once in a run.</summary>
    /// <param name="wait">The time to wait.</param>
    /// <param name="status">The status of the server's answer.</param>
    /// <param name="reason">The server's explanation: what it allows, and which setting allows more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitAskedAsync(TimeSpan wait, HttpStatusCode status, string? reason, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var until = environment.Time.GetUtcNow() + wait;
            if (until - _announcedUntil > TimeSpan.FromSeconds(1))
            {
                _announcedUntil = until;
                var why = status == HttpStatusCode.TooManyRequests ? "rate limited" : "server busy";
                output.Notice($"{why}, waiting {Math.Ceiling(wait.TotalSeconds):0} s{(IsNew(reason) ? $": {reason}" : "")}");
            }
        }

        return environment.Wait(wait, cancellationToken);
    }

    /// <summary>Waits after a failed attempt: doubles each time, and half of it is random, so that many clients do not retry at once.</summary>
    /// <param name="failures">Number of failed attempts, from 1.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task BackOffAsync(int failures, CancellationToken cancellationToken)
    {
        double chance;
        lock (_lock) chance = environment.Random.NextDouble();
        return environment.Wait(deadlines.FirstBackoff * Math.Pow(2, failures - 1) * (0.5 + (chance / 2)), cancellationToken);
    }

    // Reasons that differ only in numbers, such as the seconds, count as the same.
    private bool IsNew(string? reason) => reason is not null && _explained.Add(string.Concat(reason.Where(c => !char.IsAsciiDigit(c))));

    private TimeSpan Bounded(TimeSpan asked) =>
        asked < TimeSpan.Zero ? TimeSpan.Zero : asked > deadlines.LongestRetryAfter ? deadlines.LongestRetryAfter : asked;
}
