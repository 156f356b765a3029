using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Processor.Processing;
using Pipeline.Processor.Scanning;
using Pipeline.Storage;

namespace Pipeline.Processor.Publishing;

/// <summary>What happens to infected files. Section <c>Quarantine</c>.</summary>
public sealed class QuarantineOptions
{
    public const string Section = "Quarantine";

    /// <summary>Keep infected files in the quarantine area for a look. Default false: they are deleted.</summary>
    public bool Keep { get; set; }
}

/// <summary>Keeps an infected file where the operator, and nobody else, can look at it.</summary>
public sealed class QuarantineStep(StorageAreas areas, IOptions<QuarantineOptions> options)
{
    public async Task RunAsync(IProcessingRequest request, FetchedFile file, ScanVerdict verdict, CancellationToken cancellationToken)
    {
        if (!options.Value.Keep || verdict is not ScanVerdict.Infected) return;

        // The local copy, which is what was scanned: in the store it may have been replaced since, or be gone.
        await using var content = File.OpenRead(file.Path);
        await areas.Quarantine.WriteAsync(
            ObjectKey.Quarantine(request.AssetId),
            content,
            file.Size,
            new WriteOptions { ContentType = "application/octet-stream" },
            cancellationToken);
    }
}
