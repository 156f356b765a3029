using Pipeline.Imaging;

namespace Pipeline.Processor.Processing;

/// <summary>One step of the work on an asset.</summary>
/// <param name="Name">Its name in the log, in traces and for people who watch.</param>
/// <param name="FaultCode">The failure code of an exception that names none.</param>
/// <param name="RunAsync">Returns the work with the result of this step, or refuses the file.</param>
internal sealed record AssetStep(string Name, string FaultCode, Func<AssetWork, CancellationToken, Task<StepResult<AssetWork>>> RunAsync)
{
    /// <summary>False skips the step.</summary>
    public Func<AssetWork, bool> IsNeeded { get; init; } = _ => true;
}
