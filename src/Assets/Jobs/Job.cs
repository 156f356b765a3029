namespace Pipeline.Assets.Jobs;

/// <summary>A sweep as operators see it.</summary>
/// <param name="Name">The name of the sweep's type.</param>
/// <param name="Kind">Who starts it.</param>
/// <param name="Interval">How often it runs.</param>
/// <param name="Wake">Runs it in this process as soon as possible.</param>
public sealed record Job(string Name, JobKind Kind, TimeSpan Interval, WakeSignal Wake)
{
    // Shorter intervals would make a job late whose instance restarts.
    private static readonly TimeSpan LeastPatience = TimeSpan.FromMinutes(1);

    /// <summary>After this time without a run the job is late: three intervals, at least a minute.</summary>
    public TimeSpan Patience => Interval * 3 > LeastPatience ? Interval * 3 : LeastPatience;
}

/// <summary>Who starts a job.</summary>
public enum JobKind
{
    /// <summary>Each instance by its own timer.</summary>
    Timed,

    /// <summary>The scheduler, in one instance at a time.</summary>
    Calendar,
}
