using Pipeline.Storage.Targets;

namespace Pipeline.Storage;

/// <param name="Bucket">The bucket of an area.</param>
/// <param name="Prefix">Stands before its keys; empty, or with a slash at its end.</param>
public sealed record AreaLocation(string Bucket, string Prefix);

/// <summary>The five areas and the store behind each; by default all share one.</summary>
/// <param name="Incoming">Uploads of clients. Private.</param>
/// <param name="Originals">The frozen bytes that were scanned. Private; written by Processor only.</param>
/// <param name="Public">The variants. Served to everyone; written by Processor only.</param>
/// <param name="Private">The variants of private assets. Private; a signed URL is the only way to read them.</param>
/// <param name="Quarantine">Infected files, if they are kept. Private; written by Processor only.</param>
/// <param name="Signer">Signs URLs for the incoming area.</param>
/// <param name="Downloads">Signs URLs that read originals and variants.</param>
/// <param name="PublicBaseUrl">The base address of keys in the public area, without a slash at the end.</param>
public sealed record StorageAreas(
    IObjectStore Incoming,
    IObjectStore Originals,
    IObjectStore Public,
    IObjectStore Private,
    IObjectStore Quarantine,
    IUploadSigner Signer,
    IDownloadSigner Downloads,
    Uri PublicBaseUrl)
{
    /// <summary>Stands before the keys of the incoming area in its bucket; empty, or with a slash at its end. Stores name objects with it in their notifications.</summary>
    public string IncomingPrefix { get; init; } = "";

    /// <summary>Where the areas are, by name; empty for a store without buckets.</summary>
    public IReadOnlyDictionary<string, AreaLocation> Locations { get; init; } = new Dictionary<string, AreaLocation>();

    /// <summary>The second stores of the areas that move, by area.</summary>
    public IReadOnlyDictionary<string, AreaTarget> Targets { get; init; } = new Dictionary<string, AreaTarget>();

    /// <summary>All targets of the configuration.</summary>
    public IReadOnlyList<string> TargetNames { get; init; } = [];

    /// <summary>Where the areas' own stores are, in the words of <see cref="AreaTarget.Location"/>; empty for a store without targets.</summary>
    public IReadOnlyDictionary<string, string> OwnLocations { get; init; } = new Dictionary<string, string>();

    /// <summary>The base address of the public area's target; null for none.</summary>
    public MovedPublicUrl? Moved { get; init; }

    /// <summary>All addresses at which public variants may be read, that of the moment first.</summary>
    public IReadOnlyList<Uri> PublicBaseUrls => Moved is null ? [PublicBaseUrl] : Moved.IsNow() ? [Moved.BaseUrl, PublicBaseUrl] : [PublicBaseUrl, Moved.BaseUrl];

    /// <summary>All areas on one store.</summary>
    public static StorageAreas Shared<TSigner>(IObjectStore store, TSigner signer, Uri publicBaseUrl)
        where TSigner : IUploadSigner, IDownloadSigner =>
        new(store, store, store, store, store, signer, signer, publicBaseUrl);

    /// <summary>The store of a variant, public or private.</summary>
    public IObjectStore OfVariant(ObjectKey key) => ObjectKey.IsPrivateVariant(key.Value) ? Private : Public;

    /// <summary>The public URL of a variant.</summary>
    public Uri PublicUrl(ObjectKey key) => Url(PublicBaseUrls[0], key);

    /// <summary>All public URLs of a variant.</summary>
    public IEnumerable<Uri> PublicUrls(ObjectKey key) => PublicBaseUrls.Select(address => Url(address, key));

    private static Uri Url(Uri address, ObjectKey key) => new($"{address.AbsoluteUri.TrimEnd('/')}/{key}");
}

/// <param name="BaseUrl">The base address of keys at the target.</param>
/// <param name="IsNow">Whether the area is read there.</param>
public sealed record MovedPublicUrl(Uri BaseUrl, Func<bool> IsNow);
