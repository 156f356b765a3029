using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.Assets.Cleanup;

/// <summary>Which keys of originals and variants an asset without work still needs.</summary>
public sealed class NeededKeys(AssetDbContext db, IOptions<CleanupOptions> options)
{
    /// <param name="asset">The row.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result> OfAsync(Asset asset, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var shown = new HashSet<string>(asset.Publication is { } p ? [p.Original.Key, .. p.Variants.Select(v => v.Key)] : [], StringComparer.Ordinal);

        // The manifest stays as long as the original does.
        if (asset.HasManifest) shown.Add(ObjectKey.Manifest(asset.Id).Value);
        var (keys, until) = (new HashSet<string>(shown, StringComparer.Ordinal), (DateTimeOffset?)null);
        if (asset.Superseded is { } superseded && superseded.To + TimeSpan.FromSeconds(options.Value.KeepSupersededSeconds) is var keepUntil && keepUntil > now)
        {
            until = keepUntil;
            keys.UnionWith(superseded.Keys.Except(asset.ExposedKeys));
        }

        // A run may have to show these again. Its upkeep makes the row due once it need not any more.
        foreach (var replaced in await ReplacedAsync(asset, cancellationToken)) keys.UnionWith([replaced.Original.Key, .. replaced.Variants.Select(v => v.Key)]);
        return new Result(keys, until, [.. keys.Except(shown).Order(StringComparer.Ordinal)]);
    }

    /// <summary>The keys that the row names besides those that are published. A row that someone edited names no object of another asset.</summary>
    internal static List<ObjectKey> Former(Asset asset) =>
    [
        .. (asset.FormerKeys ?? []).Concat(asset.Superseded?.Keys ?? []).Distinct(StringComparer.Ordinal)
            .Select(key => ObjectKey.TryParse(key, out var parsed) && ObjectKey.AssetOf(parsed) == asset.Id ? parsed : (ObjectKey?)null).OfType<ObjectKey>(),
    ];

    private async Task<IEnumerable<Publication>> ReplacedAsync(Asset asset, CancellationToken cancellationToken) =>
        asset.Status == AssetStatus.Ready
            ? (await db.ReplacedPublications.AsNoTracking().Where(r => r.AssetId == asset.Id).ToListAsync(cancellationToken)).Select(r => r.Read()).OfType<Publication>()
            : [];

    /// <param name="Keys">All that is needed.</param>
    /// <param name="Until">When some of it is not needed any more; null if no time is known.</param>
    /// <param name="Former">The needed keys that are not published.</param>
    public sealed record Result(HashSet<string> Keys, DateTimeOffset? Until, IReadOnlyList<string> Former);
}
