using Microsoft.Extensions.Logging;
using Pipeline.Storage.Costs;

namespace Pipeline.Storage.S3;

/// <summary>The stores of the areas: one for each distinct set of settings.</summary>
internal sealed class S3Areas : IDisposable
{
    private readonly Dictionary<S3AreaSettings, S3ObjectStore> _stores = [];

    public S3Areas(S3StorageOptions shared, S3AreasOptions areas, TimeProvider time, ILogger<S3ObjectStore> logger, StoreRequestCounts? counts = null)
    {
        var incoming = S3AreaSettings.Of(areas.Incoming, shared);
        Incoming = incoming;
        var served = S3AreaSettings.Of(areas.Public, shared);
        var originals = S3AreaSettings.Of(areas.Originals, shared);
        var hidden = S3AreaSettings.OfPrivate(areas, shared);
        var quarantine = S3AreaSettings.Of(areas.Quarantine, shared);
        var publicUrl = (areas.Public.PublicUrl ?? shared.PublicUrl)!;
        var uploads = Store(incoming);
        Multipart = uploads.Multipart;
        Areas = new StorageAreas(
            uploads,
            Store(originals),
            Store(served),
            Store(hidden),
            Store(quarantine),
            new S3UploadSigner(incoming, shared.WriteOnce, time),
            new S3DownloadSigner(originals, served, hidden, time),
            new Uri($"{publicUrl.AbsoluteUri.TrimEnd('/')}/{served.Prefix}"))
        {
            IncomingPrefix = incoming.Prefix,
            Locations = new Dictionary<string, AreaLocation>(StringComparer.Ordinal)
            {
                ["incoming"] = At(incoming),
                ["originals"] = At(originals),
                ["public"] = At(served),
                ["private"] = At(hidden),
                ["quarantine"] = At(quarantine),
            },
        };

        static AreaLocation At(S3AreaSettings area) => new(area.Bucket, area.Prefix);

        S3ObjectStore Store(S3AreaSettings area)
        {
            if (!_stores.TryGetValue(area, out var store))
                _stores[area] = store = new S3ObjectStore(new S3Connection(area, shared, counts: counts), area, shared, time, logger);
            return store;
        }
    }

    public StorageAreas Areas { get; }

    /// <summary>Where clients upload to.</summary>
    public S3AreaSettings Incoming { get; }

    /// <summary>Uploads in parts to the incoming area.</summary>
    public S3MultipartUploads Multipart { get; }

    public void Dispose()
    {
        foreach (var store in _stores.Values) store.Dispose();
    }
}
