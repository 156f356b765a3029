using System.Net;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Api;

/// <summary>Waits: as long as the server asks for, or a little longer after each failure.</summary>
sealed class RetryDelays(CliEnvironment around, Deadlines deadlines, ConsoleOutput screen)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _explained = new(StringComparer.Ordinal);
    private DateTimeOffset _announcedUntil = DateTimeOffset.MinValue;

    /// <summary>How long the server asks us to wait, or null if it does not ask: 429, and 503 with Retry-After.</summary>
    public TimeSpan? AskedBy(HttpResponseMessage response)
    {
        var after = response.Headers.RetryAfter;
        var asked = after?.Delta ?? (after?.Date - around.Time.GetUtcNow());
        return response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => Bounded(asked ?? deadlines.UnnamedRetryAfter),
            HttpStatusCode.ServiceUnavailable when asked is { } wait => Bounded(wait),
            _ => null,
        };
    }

    /// <summary>Waits as asked, and says so once although several files wait at the same time; a reason once in a run.</summary>
    /// <param name="wait">How long.</param>
    /// <param name="status">What the server answered.</param>
    /// <param name="reason">In the server's words: what it allows, and which setting allows more.</param>
    /// <param name="stop">Ends the wait.</param>
    public Task WaitAskedAsync(TimeSpan wait, HttpStatusCode status, string? reason, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var until = around.Time.GetUtcNow() + wait;
            if (until - _announcedUntil > TimeSpan.FromSeconds(1))
            {
                _announcedUntil = until;
                var why = status == HttpStatusCode.TooManyRequests ? "rate limited" : "server busy";
                screen.Notice($"{why}, waiting {Math.Ceiling(wait.TotalSeconds):0} s{(IsNew(reason) ? $": {reason}" : "")}");
            }
        }

        return around.Wait(wait, cancellationToken);
    }

    /// <summary>Waits after a try that failed: doubled each time, half of it by chance, so that many clients do not come back at once.</summary>
    /// <param name="failures">How many tries have failed, from 1.</param>
    /// <param name="stop">Ends the wait.</param>
    public Task BackOffAsync(int failures, CancellationToken cancellationToken)
    {
        double chance;
        lock (_lock) chance = around.Random.NextDouble();
        return around.Wait(deadlines.FirstBackoff * Math.Pow(2, failures - 1) * (0.5 + (chance / 2)), cancellationToken);
    }

    // The same but for its numbers is no news: it is the seconds that differ.
    private bool IsNew(string? reason) => reason is not null && _explained.Add(string.Concat(reason.Where(c => !char.IsAsciiDigit(c))));

    private TimeSpan Bounded(TimeSpan asked) =>
        asked < TimeSpan.Zero ? TimeSpan.Zero : asked > deadlines.LongestRetryAfter ? deadlines.LongestRetryAfter : asked;
}
