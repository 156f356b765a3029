using Microsoft.Extensions.Logging;

namespace Pipeline.Storage.S3;

/// <summary>The stores of the areas: one for each distinct set of settings.</summary>
internal sealed class S3Areas : IDisposable
{
    private readonly Dictionary<S3AreaSettings, S3ObjectStore> _stores = [];

    public S3Areas(S3StorageOptions shared, S3AreasOptions areas, TimeProvider time, ILogger<S3ObjectStore> logger)
    {
        var incoming = S3AreaSettings.Of(areas.Incoming, shared);
        var served = S3AreaSettings.Of(areas.Public, shared);
        var publicUrl = (areas.Public.PublicUrl ?? shared.PublicUrl)!;
        Areas = new StorageAreas(
            Store(incoming),
            Store(S3AreaSettings.Of(areas.Originals, shared)),
            Store(served),
            Store(S3AreaSettings.Of(areas.Quarantine, shared)),
            new S3UploadSigner(incoming, shared.WriteOnce, time),
            new Uri($"{publicUrl.AbsoluteUri.TrimEnd('/')}/{served.Prefix}"));

        S3ObjectStore Store(S3AreaSettings area)
        {
            if (!_stores.TryGetValue(area, out var store))
                _stores[area] = store = new S3ObjectStore(new S3Connection(area, shared), area, shared, time, logger);
            return store;
        }
    }

    public StorageAreas Areas { get; }

    public void Dispose()
    {
        foreach (var store in _stores.Values) store.Dispose();
    }
}
