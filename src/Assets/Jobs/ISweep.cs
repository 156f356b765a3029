namespace Pipeline.Assets.Jobs;

/// <summary>Does what the asset table says is due. Can run at any time, in any number of instances, and be cut off anywhere.</summary>
public interface ISweep
{
    Task RunAsync(CancellationToken cancellationToken);
}
