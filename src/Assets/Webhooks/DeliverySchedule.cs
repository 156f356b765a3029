namespace Pipeline.Assets.Webhooks;

/// <summary>When a failed delivery is tried again: the schedule of Standard Webhooks, three days in all.</summary>
/// <param name="random">0 to 1, to spread the tries of many deliveries that failed together.</param>
public sealed class DeliverySchedule(Func<double> random)
{
    /// <summary>Longest wait that a webhook can ask for.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(24);

    private const double Jitter = 0.2;

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>Tries of one delivery.</summary>
    public static int MaxTries => Waits.Length + 1;

    /// <param name="tries">Tries so far, at least 1.</param>
    /// <param name="retryAfter">What the webhook asked for; null for nothing.</param>
    /// <returns>The wait before the next try; null if there is none.</returns>
    public TimeSpan? After(int tries, TimeSpan? retryAfter)
    {
        if (tries >= MaxTries) return null;
        var wait = Waits[tries - 1] * (1 - Jitter + (2 * Jitter * random()));
        return retryAfter > wait ? retryAfter : wait;
    }
}
