using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Processor.Processing;

namespace Pipeline.Processor.Scanning;

/// <summary>Scans the local copy. A missing verdict is an exception, never "clean".</summary>
public sealed class ScanStep(IMalwareScanner scanner)
{
    public async Task<ScanVerdict> RunAsync(FetchedFile file, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(file.Path);
        ScanVerdict? verdict = null;
        try
        {
            return verdict = await scanner.ScanAsync(content, file.Size, cancellationToken);
        }
        finally
        {
            ProcessingMetrics.Verdict(verdict);
        }
    }

    /// <summary>The reason for a refusal, or null if the file is clean.</summary>
    public static Rejection? Judge(ScanVerdict verdict) => verdict switch
    {
        ScanVerdict.Clean => null,
        ScanVerdict.Infected infected => new Rejection(RejectionCode.Infected, $"Malware was found: {infected.Signature}."),
        ScanVerdict.LimitExceeded limit => new Rejection(
            RejectionCode.ScanLimitExceeded, $"The file is too large or too deeply nested to be scanned ({limit.Limit})."),
        _ => throw new ScannerUnavailableException("The scanner returned an unknown verdict."),
    };
}
