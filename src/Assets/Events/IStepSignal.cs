namespace Pipeline.Assets.Events;

/// <summary>The step of a worker, for people who watch. It is not stored: a lost report does no harm.</summary>
/// <param name="AssetId">The asset.</param>
/// <param name="Revision">The revision in work.</param>
/// <param name="Step">One of <see cref="Contracts.ProcessingStep"/>.</param>
/// <param name="Status">The status of the asset: one that is made again stays ready. An older instance does not say it.</param>
public sealed record StepReport(Guid AssetId, int Revision, string Step, AssetStatus Status = AssetStatus.Processing);

/// <summary>Tells the steps of workers to the live streams of all instances.</summary>
public interface IStepSignal
{
    Task ReportAsync(StepReport report, CancellationToken cancellationToken);
}

/// <summary>Tells the streams in this process.</summary>
public sealed class LocalStepSignal : IStepSignal
{
    private readonly Lock _lock = new();
    private Action<StepReport> _listeners = _ => { };

    /// <summary>Calls this for each report from now on; it must return at once.</summary>
    public void Listen(Action<StepReport> listener)
    {
        lock (_lock) _listeners += listener;
    }

    public void Report(StepReport report) => _listeners(report);

    /// <inheritdoc />
    public Task ReportAsync(StepReport report, CancellationToken cancellationToken)
    {
        Report(report);
        return Task.CompletedTask;
    }
}
