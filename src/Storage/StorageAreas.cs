namespace Pipeline.Storage;

/// <summary>The four areas and the store behind each; by default all share one.</summary>
/// <param name="Incoming">Uploads of clients. Private.</param>
/// <param name="Originals">The frozen bytes that were scanned. Private; written by Processor only.</param>
/// <param name="Public">The variants. Served to everyone; written by Processor only.</param>
/// <param name="Quarantine">Infected files, if they are kept. Private; written by Processor only.</param>
/// <param name="Signer">Signs URLs for the incoming area.</param>
/// <param name="PublicBaseUrl">The base address of keys in the public area, without a slash at the end.</param>
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

    /// <summary>The public URL of a variant.</summary>
    public Uri PublicUrl(ObjectKey key) => new($"{PublicBaseUrl.AbsoluteUri.TrimEnd('/')}/{key}");
}
