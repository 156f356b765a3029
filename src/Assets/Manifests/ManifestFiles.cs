using Pipeline.Storage;
using Pipeline.Storage.Costs;

namespace Pipeline.Assets.Manifests;

/// <summary>A signed document as it was read.</summary>
/// <param name="Content">What it says; null if it is missing or refused.</param>
/// <param name="KeyId">The key that signed it; null with the content.</param>
/// <param name="Refused">Why it is refused; null if it is not.</param>
public sealed record ReadDocument<T>(T? Content, string? KeyId, string? Refused)
    where T : class;

/// <summary>Writes and reads the signed documents of the originals area. No URL is ever signed for them.</summary>
public sealed class ManifestFiles(StorageAreas areas, ManifestKeys keys)
{
    /// <summary>The name of the key that signs; null if there is none, and then nothing is written.</summary>
    public string? KeyId => keys.Current;

    public Task WriteAsync(AssetManifest manifest, CancellationToken cancellationToken) =>
        WriteAsync(SignedDocument.AssetType, ObjectKey.Manifest(manifest.AssetId), manifest.ToBytes(), cancellationToken);

    public Task WriteAsync(ErasedMark mark, CancellationToken cancellationToken) =>
        WriteAsync(SignedDocument.ErasedType, ObjectKey.Erased(mark.AssetId), mark.ToBytes(), cancellationToken);

    public Task DeleteAsync(Guid assetId, CancellationToken cancellationToken) => areas.Originals.DeleteAsync(ObjectKey.Manifest(assetId), cancellationToken);

    /// <returns>The manifest; all null if there is none.</returns>
    public Task<ReadDocument<AssetManifest>> ReadManifestAsync(Guid assetId, CancellationToken cancellationToken) =>
        ReadAsync(SignedDocument.AssetType, ObjectKey.Manifest(assetId), AssetManifest.Parse, manifest => manifest.AssetId == assetId, cancellationToken);

    /// <returns>The mark; all null if there is none.</returns>
    public Task<ReadDocument<ErasedMark>> ReadMarkAsync(Guid assetId, CancellationToken cancellationToken) =>
        ReadAsync(SignedDocument.ErasedType, ObjectKey.Erased(assetId), ErasedMark.Parse, mark => mark.AssetId == assetId, cancellationToken);

    private async Task WriteAsync(string type, ObjectKey at, byte[] body, CancellationToken cancellationToken)
    {
        using var cause = StoreCause.Begin(StoreCause.Manifest);
        var document = SignedDocument.Write(type, at, body, keys);
        if (document.Length > SignedDocument.MaxBytes) throw new InvalidDataException($"The document of {at} has {document.Length} bytes, more than {SignedDocument.MaxBytes}.");
        using var content = new MemoryStream(document, writable: false);
        await areas.Originals.WriteAsync(at, content, document.Length, new WriteOptions { ContentType = SignedDocument.ContentType }, cancellationToken);
    }

    private async Task<ReadDocument<T>> ReadAsync<T>(string type, ObjectKey at, Func<byte[], T?> parse, Func<T, bool> belongs, CancellationToken cancellationToken)
        where T : class
    {
        using var cause = StoreCause.Begin(StoreCause.Manifest);
        await using var read = await areas.Originals.ReadAsync(at, ifMatch: null, cancellationToken);
        if (read is not ReadResult.Found found) return new ReadDocument<T>(null, null, null);
        if (found.Info.Size > SignedDocument.MaxBytes) return new ReadDocument<T>(null, null, RefusedManifest.TooLarge);
        using var bytes = new MemoryStream();
        await found.Content.CopyToAsync(bytes, cancellationToken);
        var (body, keyId, refused) = SignedDocument.Read(type, at, bytes.ToArray(), keys);
        if (body is null) return new ReadDocument<T>(null, null, refused);
        if (parse(body) is not { } content) return new ReadDocument<T>(null, null, RefusedManifest.Unreadable);
        return belongs(content) ? new ReadDocument<T>(content, keyId, null) : new ReadDocument<T>(null, null, RefusedManifest.OtherAsset);
    }
}
