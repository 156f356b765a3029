namespace Pipeline.Assets.Jobs;

/// <summary>
/// Does the work that is due according to the asset table. It can run at any time, in any number of instances, and can be interrupted
/// anywhere.
/// </summary>
public interface ISweep
{
    Task RunAsync(CancellationToken cancellationToken);
}
