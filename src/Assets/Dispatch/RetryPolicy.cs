namespace Pipeline.Assets.Dispatch;

/// <summary>How long to wait after a failed attempt: exponential, with jitter, up to a number of attempts. Pure.</summary>
/// <param name="jitter">Gives a number in [0, 1).</param>
public sealed class RetryPolicy(DispatchOptions options, Func<double> jitter)
{
    /// <summary>The wait before the next attempt, or null if this one was the last.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    public TimeSpan? DelayAfter(int attempt)
    {
        if (attempt >= options.MaxAttempts) return null;
        var doubled = options.RetryMinSeconds * Math.Pow(2, attempt - 1);
        var capped = Math.Min(doubled, options.RetryMaxSeconds);

        // Half fixed, half random: never an immediate retry, and a thousand assets that failed together do not retry together.
        return TimeSpan.FromSeconds(capped * (0.5 + (0.5 * jitter())));
    }
}
