namespace Pipeline.Assets.Jobs;

/// <summary>
/// Does the work that is due according to the asset table. It can run at any time, in any number of instances, and can be interrupted
/// anywhere.
/// </summary>
public interface ISweep
{
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Rows or objects that the last run changed; null if only the assets that it saved count.</summary>
    long? Rows => null;
}
