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

/// <summary>The processing steps of an asset. All steps use the same local bytes; variants are published only after all have passed.</summary>
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
        var step = FailureCode.StorageUnavailable;
        var scanner = (string?)null;
        try
        {
            if (!imaging.Value.Profiles.TryGetValue(request.Profile, out var profile))
                throw new ProcessingFaultException(FailureCode.UnknownProfile, $"This worker has no profile '{request.Profile}'.");
            using var workspace = workspaces.Open(request.AssetId, request.Revision);

            times.Begin("fetch");
            if (!(await fetch.RunAsync(request.Source, workspace, cancellationToken)).Passed(out var source, out var refused))
                return Rejected(request, refused, scanner);

            times.Begin("scan");
            step = FailureCode.ScannerUnavailable;
            var verdict = await scan.RunAsync(source, cancellationToken);
            scanner = verdict.Scanner;
            if (ScanStep.Judge(verdict) is { } unsafeFile)
            {
                times.Begin("quarantine");
                step = FailureCode.StorageUnavailable;
                await quarantine.RunAsync(request, source, verdict, cancellationToken);
                return Rejected(request, unsafeFile, scanner);
            }

            times.Begin("open");
            step = FailureCode.Internal;
            var render = await renderer.RunAsync(request, source, workspace, profile, BeginAsync, cancellationToken);
            if (!render.Passed(out var rendered, out refused))
                return Rejected(request, refused, scanner);

            times.Begin("freeze");
            step = FailureCode.StorageUnavailable;
            if (!(await freeze.RunAsync(request, source, rendered.Facts, cancellationToken)).Passed(out var original, out refused))
                return Rejected(request, refused, scanner);
            times.Begin("publish");
            var variants = await publish.RunAsync(rendered, cancellationToken);
            return Ready(request, rendered, original, variants, scanner);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var code = e is ProcessingFaultException fault ? fault.Code : step;
            logger.AttemptFailed(e, request.AssetId, request.Revision, request.Attempt, code);
            return Failed(request, e, code);
        }

        async Task BeginAsync(bool hasWaited)
        {
            if (hasWaited)
            {
                // The wait may have been long, and a deleted asset loses its object at once: check before rendering.
                step = FailureCode.StorageUnavailable;
                await fetch.CheckAsync(request.Source, cancellationToken);
                step = FailureCode.Internal;
            }

            times.Begin("render");
            begins();
        }
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

    private ProcessingOutcome.Failed Failed(ProcessingRequest request, Exception exception, string code) => new(new ProcessingFailed
    {
        AssetId = request.AssetId,
        Revision = request.Revision,
        Attempt = request.Attempt,
        Code = code,

        // A library's message may contain a URL or a path, so only our own messages are published. The log has the full error.
        Reason = exception is ProcessingFaultException ? exception.Message : Sentence(code),
        Engine = engine?.Version,
        TraceContext = Activity.Current?.Id ?? request.TraceContext,
    });

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
