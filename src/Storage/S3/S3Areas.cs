using Microsoft.Extensions.Logging;
using Pipeline.Storage.Costs;
using Pipeline.Storage.Targets;

namespace Pipeline.Storage.S3;

/// <summary>The stores of the areas: one for each distinct set of settings; an area that also writes to a target has two.</summary>
internal sealed class S3Areas : IDisposable
{
    private readonly Dictionary<S3AreaSettings, S3ObjectStore> _stores = [];
    private readonly Dictionary<string, AreaTarget> _targets = new(StringComparer.Ordinal);
    private readonly List<S3CheckedStore> _checked = [];
    private readonly S3StorageOptions _shared;
    private readonly S3TargetsOptions _all;
    private readonly AreaSides _sides;
    private readonly Func<S3AreaSettings, S3ObjectStore> _open;

    public S3Areas(
        S3StorageOptions shared, S3AreasOptions areas, S3TargetsOptions targets, AreaSides sides, TimeProvider time, ILogger<S3ObjectStore> logger, StoreRequestCounts? counts = null)
    {
        (_shared, _all, _sides) = (shared, targets, sides);
        _open = area => new S3ObjectStore(new S3Connection(area, shared, counts: counts), area, shared, time, logger);
        Incoming = S3AreaSettings.Of(areas.Incoming, shared);
        var served = Side(nameof(areas.Public), areas.Public, S3AreaSettings.Of(areas.Public, shared));
        var originals = Side(nameof(areas.Originals), areas.Originals, S3AreaSettings.Of(areas.Originals, shared));
        var hidden = Side(nameof(areas.Private), areas.Private, S3AreaSettings.OfPrivate(areas, shared));
        var quarantine = Side(nameof(areas.Quarantine), areas.Quarantine, S3AreaSettings.Of(areas.Quarantine, shared));
        var uploads = Store(Incoming);
        _checked.Insert(0, new S3CheckedStore($"{S3AreasOptions.Section}:{nameof(areas.Incoming)}", areas.Incoming, uploads));
        Multipart = uploads.Multipart;
        Areas = new StorageAreas(
            uploads,
            originals.Store,
            served.Store,
            hidden.Store,
            quarantine.Store,
            new S3UploadSigner(Incoming, shared.WriteOnce, time),
            new S3DownloadSigner(originals.Now, served.Now, hidden.Now, time),
            PublicUrl((areas.Public.PublicUrl ?? shared.PublicUrl)!, served.Own))
        {
            IncomingPrefix = Incoming.Prefix,
            Locations = new Dictionary<string, AreaLocation>(StringComparer.Ordinal)
            {
                ["incoming"] = At(Incoming),
                ["originals"] = At(originals.Own),
                ["public"] = At(served.Own),
                ["private"] = At(hidden.Own),
                ["quarantine"] = At(quarantine.Own),
            },
            OwnLocations = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["originals"] = originals.Own.ToString(), ["public"] = served.Own.ToString(), ["private"] = hidden.Own.ToString(), ["quarantine"] = quarantine.Own.ToString(),
            },
            Targets = _targets,
            TargetNames = [.. targets.ByName.Keys.Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal)],
            Moved = served.Target is { } target ? new MovedPublicUrl(PublicUrl(targets.ByName[areas.Public.AlsoWriteTo!].PublicUrl!, target), () => sides.IsSwitched("public")) : null,
        };

        static AreaLocation At(S3AreaSettings area) => new(area.Bucket, area.Prefix);
    }

    public StorageAreas Areas { get; }

    /// <summary>Where clients upload to.</summary>
    public S3AreaSettings Incoming { get; }

    /// <summary>Uploads in parts to the incoming area.</summary>
    public S3MultipartUploads Multipart { get; }

    /// <summary>Each store once, with the section that describes it.</summary>
    public IReadOnlyList<S3CheckedStore> Checked => _checked;

    public void Dispose()
    {
        foreach (var store in _stores.Values) store.Dispose();
    }

    private static Uri PublicUrl(Uri url, S3AreaSettings area) => new($"{url.AbsoluteUri.TrimEnd('/')}/{area.Prefix}");

    private AreaSide Side(string area, S3AreaOptions options, S3AreaSettings own)
    {
        var store = Store(own);
        _checked.Add(new S3CheckedStore($"{S3AreasOptions.Section}:{area}", options, store));
        if (options.AlsoWriteTo is not { } name) return new AreaSide(store, own, null, () => own);
        var (target, key) = (S3AreaSettings.OfTarget(_all.ByName[name], _shared), area.ToLowerInvariant());
        var second = Store(target);
        _checked.Add(new S3CheckedStore($"{S3TargetsOptions.Section}:{name}", _all.ByName[name], second));
        _targets[key] = new AreaTarget(name.ToLowerInvariant(), store, second, own.ToString(), target.ToString(), target.Origin);
        return new AreaSide(new DoubleStore(store, second, () => _sides.IsSwitched(key)), own, target, () => _sides.IsSwitched(key) ? target : own);
    }

    private S3ObjectStore Store(S3AreaSettings area)
    {
        if (!_stores.TryGetValue(area, out var store)) _stores[area] = store = _open(area);
        return store;
    }

    /// <param name="Store">Reads and writes the area.</param>
    /// <param name="Own">The settings of the area.</param>
    /// <param name="Target">Those of its target; null for none.</param>
    /// <param name="Now">Those of the side that is read now.</param>
    private sealed record AreaSide(IObjectStore Store, S3AreaSettings Own, S3AreaSettings? Target, Func<S3AreaSettings> Now);
}

/// <summary>A store that is checked at the start.</summary>
/// <param name="Section">The section that describes it.</param>
/// <param name="Options">The settings of that section.</param>
/// <param name="Store">The store.</param>
internal sealed record S3CheckedStore(string Section, S3AreaOptions Options, IObjectStore Store);
