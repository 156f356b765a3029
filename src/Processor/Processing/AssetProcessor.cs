using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.Processor.Publishing;
using Pipeline.Processor.Scanning;
using Pipeline.Storage.Costs;

namespace Pipeline.Processor.Processing;

/// <summary>Runs the steps of an asset, and makes their end the outcome: ready, rejected or failed.</summary>
public sealed class AssetProcessor(
    Workspaces workspaces,
    FetchStep fetch,
    ScanStep scan,
    RenderStep renderer,
    IOptions<ImagingOptions> imaging,
    FreezeStep freeze,
    PublishStep publish,
    QuarantineStep quarantine,
    TimeProvider time,
    ILogger<AssetProcessor> logger,
    IImageEngine? engine = null)
{
    private readonly AssetSteps _steps = new(fetch, scan, quarantine, renderer, freeze, publish);

    /// <param name="request">The source object and the profile to render.</param>
    /// <param name="begins">Called when the megapixel budget admits the image; not called for a file that is refused before.</param>
    /// <param name="step">Called with the name of each step that begins.</param>
    /// <param name="cancellationToken">Stops the work without an outcome.</param>
    public async Task<ProcessingOutcome> ProcessAsync(ProcessingRequest request, Action begins, Action<string> step, CancellationToken cancellationToken)
    {
        using var cause = StoreCause.Begin(StoreCause.Publish);
        var times = new StepTimes(time, step);
        ProcessingOutcome? outcome = null;
        ProcessingMetrics.Begun();
        try
        {
            outcome = await RunAsync(request, begins, times, cancellationToken);
        }
        finally
        {
            times.End();
            ProcessingMetrics.Ended(outcome, request.Source.Size);
        }

        if (logger.IsEnabled(LogLevel.Information))
            logger.Processed(request.AssetId, request.Revision, request.Attempt, Word(outcome), request.Source.Size, times.Total, times.ToString());
        return outcome;
    }

    private async Task<ProcessingOutcome> RunAsync(ProcessingRequest request, Action begins, StepTimes times, CancellationToken cancellationToken)
    {
        try
        {
            if (!imaging.Value.Profiles.TryGetValue(request.Profile, out var profile))
                throw new ProcessingFaultException(FailureCode.UnknownProfile, $"This worker has no profile '{request.Profile}'.");
            using var workspace = workspaces.Open(request.AssetId, request.Revision);
            return await RunStepsAsync(new AssetWork(request, workspace, profile, Renders), times, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(request, e, FailureCode.StorageUnavailable);
        }

        void Renders()
        {
            times.Begin("render");
            begins();
        }
    }

    private async Task<ProcessingOutcome> RunStepsAsync(AssetWork begun, StepTimes times, CancellationToken cancellationToken)
    {
        var work = begun;
        foreach (var step in _steps.All)
        {
            if (!step.IsNeeded(work)) continue;
            times.Begin(step.Name);
            try
            {
                if (!(await step.RunAsync(work, cancellationToken)).Passed(out var next, out var refused))
                    return Rejected(work.Request, refused, work.Verdict?.Scanner);
                work = next;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                return Failed(work.Request, e, step.FaultCode);
            }
        }

        return Ready(work.Request, AssetWork.Made(work.Rendered), AssetWork.Made(work.Original), AssetWork.Made(work.Variants), AssetWork.Made(work.Verdict).Scanner);
    }

    private static ProcessingOutcome.Ready Ready(
        ProcessingRequest request,
        RenderedAsset rendered,
        FrozenOriginal original,
        IReadOnlyList<AssetVariant> variants,
        string scanner) => new(new AssetReady
        {
            AssetId = request.AssetId,
            Revision = request.Revision,
            Attempt = request.Attempt,
            Original = original,
            Width = rendered.Facts.Width,
            Height = rendered.Facts.Height,
            Frames = rendered.Facts.Frames,
            Removed = rendered.Rendering.Removed,
            Placeholder = rendered.Rendering.Placeholder,
            Variants = variants,
            Recipe = rendered.Keys.Whole,
            ProfileFingerprint = rendered.Recipes.Fingerprint,
            PerceptualHash = rendered.Rendering.PerceptualHash,
            Scanner = scanner,
            Engine = rendered.Rendering.Engine,
            TraceContext = Activity.Current?.Id ?? request.TraceContext,
        });

    private static ProcessingOutcome.Rejected Rejected(ProcessingRequest request, Rejection rejection, string? scanner) => new(new AssetRejected
    {
        AssetId = request.AssetId,
        Revision = request.Revision,
        Attempt = request.Attempt,
        Code = rejection.Code,
        Reason = rejection.Reason,
        Scanner = scanner,
        TraceContext = Activity.Current?.Id ?? request.TraceContext,
    });

    private ProcessingOutcome.Failed Failed(ProcessingRequest request, Exception exception, string codeOfStep)
    {
        var code = exception switch
        {
            ProcessingFaultException fault => fault.Code,
            StepFaultException fault => fault.Code,
            _ => codeOfStep,
        };
        logger.AttemptFailed(exception, request.AssetId, request.Revision, request.Attempt, code);
        return new ProcessingOutcome.Failed(Report(request, exception, code));
    }

    private ProcessingFailed Report(ProcessingRequest request, Exception exception, string code) => new()
    {
        AssetId = request.AssetId,
        Revision = request.Revision,
        Attempt = request.Attempt,
        Code = code,

        // A library's message may contain a URL or a path, so only our own messages are published. The log has the full error.
        Reason = exception is ProcessingFaultException ? exception.Message : Sentence(code),
        Engine = engine?.Version,
        TraceContext = Activity.Current?.Id ?? request.TraceContext,
    };

    private static string Word(ProcessingOutcome outcome) => outcome switch
    {
        ProcessingOutcome.Rejected rejected => $"rejected as {rejected.Report.Code}",
        ProcessingOutcome.Failed failed => $"failed by {failed.Report.Code}",
        _ => "ready",
    };

    private static string Sentence(string code) => code switch
    {
        FailureCode.StorageUnavailable => "The object store failed or gave a wrong response.",
        FailureCode.ScannerUnavailable => "The scanner gave no verdict.",
        _ => "The worker had an internal error; see its log.",
    };
}
