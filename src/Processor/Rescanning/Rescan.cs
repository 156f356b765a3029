using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Processor.Processing;
using Pipeline.Processor.Publishing;
using Pipeline.Processor.Scanning;
using Pipeline.Storage;
using Pipeline.Storage.Costs;

namespace Pipeline.Processor.Rescanning;

/// <summary>
/// Scans a frozen original again. Only malware in the very bytes that were frozen is a hit: a fault of the scanner or the store, or other bytes, is
/// no verdict on the asset.
/// </summary>
public sealed class Rescan(
    Workspaces workspaces, FetchStep fetch, ScanStep scan, StorageAreas areas, IOptions<QuarantineOptions> quarantine, ILogger<Rescan> logger)
{
    /// <summary>Always ends with an answer, unless it is cancelled.</summary>
    public async Task<RescanEnded> RunAsync(RescanRequested request, CancellationToken cancellationToken)
    {
        using var cause = StoreCause.Begin(StoreCause.Rescan);
        try
        {
            using var workspace = workspaces.Open(request.AssetId, revision: 0);
            var file = await FetchAsync(request.Source, workspace, cancellationToken);
            var verdict = await StepFaultException.GuardAsync(FailureCode.ScannerUnavailable, () => scan.RunAsync(file, cancellationToken), cancellationToken);
            if (verdict is ScanVerdict.Infected && quarantine.Value.Keep) await KeepAsync(request.AssetId, file, cancellationToken);
            return Answer(request, verdict);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.RescanFailed(e, request.AssetId, request.RunId, request.Attempt);
            return Ended(request, RescanVerdict.Failed) with { Code = CodeOf(e) };
        }
    }

    private static string CodeOf(Exception exception) => exception switch
    {
        ProcessingFaultException { IsOtherObject: true } => FailureCode.OriginalDiffers,
        ProcessingFaultException fault => fault.Code,
        StepFaultException fault => fault.Code,
        _ => FailureCode.StorageUnavailable,
    };

    private static RescanEnded Answer(RescanRequested request, ScanVerdict verdict) => verdict switch
    {
        ScanVerdict.Clean clean => Ended(request, RescanVerdict.Clean) with { Scanner = clean.Scanner },
        ScanVerdict.Infected infected => Ended(request, RescanVerdict.Infected) with { Scanner = infected.Scanner, Signature = infected.Signature },

        // The limits of the scanner were other ones when the file passed; they say nothing about the file.
        ScanVerdict.LimitExceeded limit => Ended(request, RescanVerdict.Failed) with { Scanner = limit.Scanner, Code = RejectionCode.ScanLimitExceeded },
        _ => throw new ScannerUnavailableException("The scanner returned an unknown verdict."),
    };

    private static RescanEnded Ended(RescanRequested request, string verdict) => new()
    {
        AssetId = request.AssetId,
        RunId = request.RunId,
        Attempt = request.Attempt,
        Verdict = verdict,
        TraceContext = Activity.Current?.Id ?? request.TraceContext,
    };

    // One wrong read by the store proves nothing, so two reads must agree that the bytes differ.
    private async Task<FetchedFile> FetchAsync(SourceObject source, Workspace workspace, CancellationToken cancellationToken)
    {
        var plain = source with { Sha256 = null };
        for (var reads = 1; ; reads++)
        {
            if (!(await fetch.RunAsync(plain, workspace, cancellationToken, isHashed: source.Sha256 is not null)).Passed(out var file, out var refused))
                throw new ProcessingFaultException(FailureCode.StorageUnavailable, refused.Reason);
            if (source.Sha256 is null || file.Sha256 == source.Sha256) return file;
            if (reads == 2) throw new ProcessingFaultException(FailureCode.OriginalDiffers, "The frozen original has other bytes than those that were frozen.");
        }
    }

    private async Task KeepAsync(Guid asset, FetchedFile file, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(file.Path);
        await areas.Quarantine.WriteAsync(ObjectKey.Quarantine(asset), content, file.Size, new WriteOptions { ContentType = "application/octet-stream" }, cancellationToken);
    }
}
