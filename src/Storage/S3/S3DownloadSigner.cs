namespace Pipeline.Storage.S3;

/// <summary>Signs GETs to the buckets of originals and variants; a request needs no header.</summary>
public sealed class S3DownloadSigner : IDownloadSigner
{
    private readonly Func<S3AreaSettings> _originals;
    private readonly Func<S3AreaSettings> _public;
    private readonly Func<S3AreaSettings> _private;
    private readonly TimeProvider _time;

    internal S3DownloadSigner(S3AreaSettings originals, S3AreaSettings served, S3AreaSettings hidden, TimeProvider time)
        : this(() => originals, () => served, () => hidden, time)
    {
    }

    /// <param name="originals">Where originals are read now; an area that moves may have another answer later.</param>
    /// <param name="served">The same for public variants.</param>
    /// <param name="hidden">The same for private ones.</param>
    /// <param name="time">The clock.</param>
    internal S3DownloadSigner(Func<S3AreaSettings> originals, Func<S3AreaSettings> served, Func<S3AreaSettings> hidden, TimeProvider time) =>
        (_originals, _public, _private, _time) = (originals, served, hidden, time);

    /// <inheritdoc />
    public PresignedDownload SignGet(ObjectKey key, DownloadTerms terms, TimeSpan validFor)
    {
        if (terms.Fault() is { } fault) throw new ArgumentException(fault, nameof(terms));
        var (at, seconds) = S3Validity.From(_time.GetUtcNow(), validFor);
        return new PresignedDownload(new S3Signature(AreaOf(key), at, seconds).Url("GET", key, headers: [], Overrides(terms)), at.AddSeconds(seconds));
    }

    private S3AreaSettings AreaOf(ObjectKey key) => $"{key.Value.Split('/')[0]}/" switch
    {
        ObjectKey.OriginalsArea => _originals(),
        ObjectKey.PublicArea => _public(),
        ObjectKey.PrivateArea => _private(),
        _ => throw new ArgumentException("Only originals and variants can be downloaded.", nameof(key)),
    };

    // Source of the names: "GetObject", request parameters, in the reference of Amazon S3's API.
    private static IEnumerable<KeyValuePair<string, string>> Overrides(DownloadTerms terms)
    {
        if (terms.ContentType is { } type) yield return new("response-content-type", type);
        if (terms.ContentDisposition is { } disposition) yield return new("response-content-disposition", disposition);
        if (terms.CacheControl is { } cacheControl) yield return new("response-cache-control", cacheControl);
    }
}
