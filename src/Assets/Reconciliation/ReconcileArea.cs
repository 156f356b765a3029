using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.Assets.Reconciliation;

/// <summary>An area of the store, with the prefix of all its keys. The prefix ends with a slash, so it never reaches a neighbour such as <c>assets2/</c>.</summary>
public sealed class ReconcileArea
{
    private const string QuarantinePrefix = "quarantine/";

    private readonly Func<StorageAreas, IObjectStore> _store;

    // In the incoming area, where users have folders, an equals sign stands only before two hex digits; so no user has this folder.
    private ReconcileArea(string name, string prefix, Func<StorageAreas, IObjectStore> store, string folder = "installation") =>
        (Name, Prefix, _store, Mark) = (name, prefix, store, ObjectKey.Parse($"{prefix}{folder}/id"));

    public static ReconcileArea Incoming { get; } = new("incoming", ObjectKey.IncomingArea, areas => areas.Incoming, "=installation");

    public static ReconcileArea Originals { get; } = new("originals", ObjectKey.OriginalsArea, areas => areas.Originals);

    public static ReconcileArea Public { get; } = new("public", ObjectKey.PublicArea, areas => areas.Public);

    public static ReconcileArea Private { get; } = new("private", ObjectKey.PrivateArea, areas => areas.Private);

    public static ReconcileArea Quarantine { get; } = new("quarantine", QuarantinePrefix, areas => areas.Quarantine);

    /// <summary>In the order of the walk.</summary>
    public static IReadOnlyList<ReconcileArea> All { get; } = [Incoming, Originals, Public, Private, Quarantine];

    public string Name { get; }

    public string Prefix { get; }

    /// <summary>The key of the object with the id of the installation.</summary>
    public ObjectKey Mark { get; }

    public IObjectStore StoreOf(StorageAreas areas) => _store(areas);

    /// <summary>Null for a key outside of all areas, such as a watermark or another program's object.</summary>
    public static ReconcileArea? Of(string key) => All.FirstOrDefault(area => key.StartsWith(area.Prefix, StringComparison.Ordinal));

    public static ReconcileArea? Named(string? name) => All.FirstOrDefault(area => area.Name == name);

    /// <summary>The area of a variant.</summary>
    public static ReconcileArea OfVariant(string key) => ObjectKey.IsPrivateVariant(key) ? Private : Public;

    /// <summary>An object of the installation as a whole, which no row names, or the mark of an erased asset, which outlives its row on purpose.</summary>
    public bool IsKept(ObjectKey key) => IsMark(key) || key.Value.StartsWith(ObjectKey.ErasedMarks, StringComparison.Ordinal);

    /// <summary>Whether the key is below that of <see cref="Mark"/>: each store has such objects of its own.</summary>
    public bool IsMark(ObjectKey key) => key.Value.StartsWith(Mark.Value[..^"id".Length], StringComparison.Ordinal);

    /// <summary>Whether the key is that of a manifest, which belongs to the row of its asset.</summary>
    public bool IsManifest(ObjectKey key) => this == Originals && ObjectKey.IsManifest(key);

    /// <summary>The assets by key that the names or, in the incoming area, the table give; objects of another shape are left out. The rows may be gone.</summary>
    public async Task<Dictionary<string, Guid>> AssetsOfAsync(AssetDbContext db, IReadOnlyList<ObjectKey> keys, CancellationToken cancellationToken)
    {
        if (this == Incoming)
        {
            var texts = keys.Select(key => key.Value).ToList();
            var rows = await db.Assets.AsNoTracking().Where(a => texts.Contains(a.IncomingKey)).Select(a => new { a.IncomingKey, a.Id }).ToListAsync(cancellationToken);
            return rows.GroupBy(row => row.IncomingKey, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First().Id, StringComparer.Ordinal);
        }

        var assets = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if ((this == Quarantine ? Quarantined(key) : ObjectKey.AssetOf(key)) is { } id) assets[key.Value] = id;
        }

        return assets;
    }

    private static Guid? Quarantined(ObjectKey key) => Guid.TryParseExact(key.Value[QuarantinePrefix.Length..], "D", out var id) ? id : null;
}
