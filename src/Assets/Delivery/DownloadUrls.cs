using Pipeline.Assets.Persistence;
using Pipeline.Contracts;
using Pipeline.Storage;

namespace Pipeline.Assets.Delivery;

/// <summary>How the request for a download URL ended.</summary>
public abstract record DownloadResult
{
    private DownloadResult()
    {
    }

    /// <summary>Anyone who has the URL can read the object until it expires.</summary>
    public sealed record Issued(PresignedDownload Download) : DownloadResult;

    /// <summary>The caller may not read such an asset, or there is none.</summary>
    public sealed record NotFound : DownloadResult;

    /// <summary>Nothing of the asset is published.</summary>
    public sealed record NotReady(AssetStatus Status) : DownloadResult;

    /// <summary>The asset has no such variant.</summary>
    /// <param name="Known">The names that it has.</param>
    public sealed record UnknownVariant(IReadOnlyList<string> Known) : DownloadResult;
}

/// <summary>
/// Signs URLs that read a variant or the frozen original, for the owner and admins of the tenant. Only what a published revision names is
/// ever signed: bytes that were scanned, never an upload or an infected file.
/// </summary>
public sealed class DownloadUrls(AssetStore assets, StorageAreas areas, TimeProvider time)
{
    /// <summary>Names the frozen original, unless a format is given.</summary>
    public const string Original = AssetVariant.OriginalName;

    /// <summary>The URL is for one person, so no cache keeps the answer.</summary>
    private const string NotCached = "private, no-store";

    /// <param name="id">The asset.</param>
    /// <param name="variant">Null or <see cref="Original"/> for the frozen original; else the name or the key of a variant.</param>
    /// <param name="format">Null for JPEG, or for another format if there is no JPEG.</param>
    /// <param name="seconds">How long the URL is valid.</param>
    /// <param name="caller">Gets the URL.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<DownloadResult> SignAsync(Guid id, string? variant, string? format, int seconds, Caller caller, CancellationToken cancellationToken)
    {
        if (await assets.FindReadableAsync(id, caller, cancellationToken) is not { } asset) return new DownloadResult.NotFound();
        if (variant is not null && ObjectKey.TryParse(variant, out var key) && variant.Contains('/', StringComparison.Ordinal)) return await SignKeyAsync(asset, key, seconds, caller, cancellationToken);
        if (NotReady(asset) is { } notReady) return notReady;
        if (format is null && variant is null or Original) return await SignOriginalAsync(asset, seconds, caller, cancellationToken);

        var shown = asset.Publication!.Shown().ToList();
        var named = shown.FindAll(v => v.Name == (variant ?? Original) && (format is null || v.Format == format));
        return (named.Find(v => v.Format == "jpeg") ?? named.FirstOrDefault()) is { } found ? Sign(asset, found, seconds) : Unknown(shown);
    }

    /// <param name="key">The key of an upload, which stands for its original, or of an original or a variant.</param>
    /// <param name="seconds">How long the URL is valid.</param>
    /// <param name="caller">Gets the URL.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<DownloadResult> SignByKeyAsync(string key, int seconds, Caller caller, CancellationToken cancellationToken)
    {
        if (!ObjectKey.TryParse(key, out var parsed)) return new DownloadResult.NotFound();
        var asset = ObjectKey.AssetOf(parsed) is { } id
            ? await assets.FindReadableAsync(id, caller, cancellationToken)
            : await assets.FindReadableByKeyAsync(key, caller, cancellationToken);
        return asset is null ? new DownloadResult.NotFound() : await SignKeyAsync(asset, parsed, seconds, caller, cancellationToken);
    }

    private async Task<DownloadResult> SignKeyAsync(Asset asset, ObjectKey key, int seconds, Caller caller, CancellationToken cancellationToken)
    {
        if (NotReady(asset) is { } notReady) return notReady;
        if (key.Value == asset.IncomingKey || key.Value == asset.Publication!.Original.Key) return await SignOriginalAsync(asset, seconds, caller, cancellationToken);

        // A stored key stays good when the asset becomes private or public, which moves the same bytes.
        var (shown, wanted) = (asset.Publication.Shown().ToList(), VariantKey.WithoutGeneration(key.Value));
        var found = ObjectKey.AssetOf(key) == asset.Id ? shown.Find(v => v.Key == key.Value) ?? shown.Find(v => VariantKey.WithoutGeneration(v.Key) == wanted) : null;
        return found is null ? Unknown(shown) : Sign(asset, found, seconds);
    }

    private async Task<DownloadResult> SignOriginalAsync(Asset asset, int seconds, Caller caller, CancellationToken cancellationToken)
    {
        // It may have been deleted or rejected at this moment; the URL is of the row in which the ledger says so.
        if (await assets.ChangeAsync(asset.Id, a => a.HandOutOriginal(caller.UserId, seconds, time.GetUtcNow()), cancellationToken) is not ({ } current, true)) return new DownloadResult.NotFound();
        var original = current.Publication!.Original;
        return Sign(original.Key, original.ContentType, DownloadName.Disposition(current.FileName, original.ContentType), seconds);
    }

    private DownloadResult.Issued Sign(Asset asset, AssetVariant variant, int seconds) =>
        Sign(variant.Key, variant.ContentType, DownloadName.Disposition(asset.FileName, variant.ContentType, $"-{variant.Name}"), seconds);

    private DownloadResult.Issued Sign(string key, string contentType, string disposition, int seconds) => new(areas.Downloads.SignGet(
        ObjectKey.Parse(key),
        new DownloadTerms { ContentType = contentType, ContentDisposition = disposition, CacheControl = NotCached },
        TimeSpan.FromSeconds(seconds)));

    private static DownloadResult? NotReady(Asset asset) => asset switch
    {
        { Status: AssetStatus.Deleted } => new DownloadResult.NotFound(),
        { Publication: null } => new DownloadResult.NotReady(asset.Status),
        _ => null,
    };

    private static DownloadResult.UnknownVariant Unknown(IEnumerable<AssetVariant> shown) => new([Original, .. shown.Select(v => $"{v.Name} ({v.Format})")]);
}
