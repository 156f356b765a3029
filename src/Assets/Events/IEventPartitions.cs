namespace Pipeline.Assets.Events;

/// <summary>Stores the events by month.</summary>
public interface IEventPartitions
{
    /// <summary>Makes room for the events of this month and the next ones.</summary>
    Task PrepareAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Drops the events of all months that ended before this time.</summary>
    Task DropBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken);
}
