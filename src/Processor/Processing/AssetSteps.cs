using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Processor.Publishing;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Processing;

/// <summary>All steps of an asset, in their order. They use the same local bytes; variants are published only after all steps before have passed.</summary>
internal sealed class AssetSteps(FetchStep fetch, ScanStep scan, QuarantineStep quarantine, RenderStep render, FreezeStep freeze, PublishStep publish)
{
    public IReadOnlyList<AssetStep> All =>
    [
        new("fetch", FailureCode.StorageUnavailable, FetchAsync),
        new("scan", FailureCode.ScannerUnavailable, ScanAsync),
        new("quarantine", FailureCode.StorageUnavailable, QuarantineAsync) { IsNeeded = work => work.Unsafe is not null },
        new("open", FailureCode.Internal, RenderAsync),
        new("freeze", FailureCode.StorageUnavailable, FreezeAsync),
        new("publish", FailureCode.StorageUnavailable, PublishAsync),
    ];

    private async Task<StepResult<AssetWork>> FetchAsync(AssetWork work, CancellationToken cancellationToken) =>
        (await fetch.RunAsync(work.Request.Source, work.Workspace, cancellationToken)).Then(file => work with { File = file });

    private async Task<StepResult<AssetWork>> ScanAsync(AssetWork work, CancellationToken cancellationToken)
    {
        var verdict = await scan.RunAsync(AssetWork.Made(work.File), cancellationToken);
        return work with { Verdict = verdict, Unsafe = ScanStep.Judge(verdict) };
    }

    private async Task<StepResult<AssetWork>> QuarantineAsync(AssetWork work, CancellationToken cancellationToken)
    {
        await quarantine.RunAsync(work.Request, AssetWork.Made(work.File), AssetWork.Made(work.Verdict), cancellationToken);
        return AssetWork.Made(work.Unsafe);
    }

    private async Task<StepResult<AssetWork>> RenderAsync(AssetWork work, CancellationToken cancellationToken)
    {
        return (await render.RunAsync(work.Request, AssetWork.Made(work.File), work.Workspace, work.Profile, BeginAsync, cancellationToken))
            .Then(rendered => work with { Rendered = rendered });

        async Task BeginAsync(bool hasWaited)
        {
            // The wait may have been long, and a deleted asset loses its object at once: check before rendering.
            if (hasWaited)
                await StepFaultException.GuardAsync(FailureCode.StorageUnavailable, () => CheckAsync(work.Request.Source, cancellationToken), cancellationToken);
            work.Renders();
        }
    }

    private async Task<bool> CheckAsync(SourceObject source, CancellationToken cancellationToken)
    {
        await fetch.CheckAsync(source, cancellationToken);
        return true;
    }

    private async Task<StepResult<AssetWork>> FreezeAsync(AssetWork work, CancellationToken cancellationToken) =>
        (await freeze.RunAsync(work.Request, AssetWork.Made(work.File), AssetWork.Made(work.Rendered).Facts, cancellationToken)).Then(original => work with { Original = original });

    private async Task<StepResult<AssetWork>> PublishAsync(AssetWork work, CancellationToken cancellationToken) =>
        work with { Variants = await publish.RunAsync(AssetWork.Made(work.Rendered), cancellationToken) };
}
