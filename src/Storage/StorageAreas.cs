namespace Pipeline.Storage;

/// <summary>The four areas and the store behind each; by default all share one.</summary>
/// <param name="Incoming">What clients upload. Private.</param>
/// <param name="Originals">The frozen bytes that were scanned. Private; written by Processor only.</param>
/// <param name="Public">The variants. Served to everyone; written by Processor only.</param>
/// <param name="Quarantine">Infected files, where they are kept. Private; written by Processor only.</param>
/// <param name="Signer">Signs for the incoming area.</param>
/// <param name="PublicBaseUrl">What a key of the public area is appended to; without a slash at the end.</param>
public sealed record StorageAreas(
    IObjectStore Incoming,
    IObjectStore Originals,
    IObjectStore Public,
    IObjectStore Quarantine,
    IUploadSigner Signer,
    Uri PublicBaseUrl)
{
    /// <summary>All areas on one store.</summary>
    public static StorageAreas Shared(IObjectStore store, IUploadSigner signer, Uri publicBaseUrl) =>
        new(store, store, store, store, signer, publicBaseUrl);

    /// <summary>Where everyone can read a variant.</summary>
    public Uri PublicUrl(ObjectKey key) => new($"{PublicBaseUrl.AbsoluteUri.TrimEnd('/')}/{key}");
}
