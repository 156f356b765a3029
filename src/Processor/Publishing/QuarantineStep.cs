using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Processor.Processing;
using Pipeline.Processor.Scanning;
using Pipeline.Storage;

namespace Pipeline.Processor.Publishing;

/// <summary>Handling of infected files. Section <c>Quarantine</c>.</summary>
public sealed class QuarantineOptions
{
    public const string Section = "Quarantine";

    /// <summary>If true, infected files are kept in the quarantine area for inspection. Default false: they are deleted.</summary>
    public bool Keep { get; set; }
}

/// <summary>Stores an infected file in the quarantine area, which only the operator can read.</summary>
public sealed class QuarantineStep(StorageAreas areas, IOptions<QuarantineOptions> options)
{
    public async Task RunAsync(ProcessingRequest request, FetchedFile file, ScanVerdict verdict, CancellationToken cancellationToken)
    {
        if (!options.Value.Keep || verdict is not ScanVerdict.Infected) return;

        // Write the scanned local copy: the object in the store may have been replaced or deleted since.
        await using var content = File.OpenRead(file.Path);
        await areas.Quarantine.WriteAsync(
            ObjectKey.Quarantine(request.AssetId),
            content,
            file.Size,
            new WriteOptions { ContentType = "application/octet-stream" },
            cancellationToken);
    }
}
