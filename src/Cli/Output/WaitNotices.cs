using System.Net;

namespace Pipeline.Cli.Output;

/// <summary>Tells that requests wait because the server asks for it.</summary>
sealed class WaitNotices(TimeProvider time, ConsoleOutput output)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _explained = new(StringComparer.Ordinal);
    private DateTimeOffset _announcedUntil = DateTimeOffset.MinValue;

    /// <summary>Prints one notice for several files that wait at once, and each reason once in a run.</summary>
    public void Announce(RequestWait wait)
    {
        lock (_lock)
        {
            var until = time.GetUtcNow() + wait.Wait;
            if (until - _announcedUntil <= TimeSpan.FromSeconds(1)) return;
            _announcedUntil = until;
            var why = wait.Status == HttpStatusCode.TooManyRequests ? "rate limited" : "server busy";
            output.Notice($"{why}, waiting {Math.Ceiling(wait.Wait.TotalSeconds):0} s{(IsNew(wait.Reason) ? $": {wait.Reason}" : "")}");
        }
    }

    // Reasons that differ only in numbers, such as the seconds, count as the same.
    private bool IsNew(string? reason) => reason is not null && _explained.Add(string.Concat(reason.Where(c => !char.IsAsciiDigit(c))));
}
