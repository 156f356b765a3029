using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Manifests;

/// <summary>
/// Makes manifests due that are missing, because the asset is from before this version, or that an earlier key signed. It walks the table by the primary
/// key at a bounded rate; after the last asset it rests for a day.
/// </summary>
public sealed class ManifestBackfill(AssetDbContext db, ManifestFiles files, ManifestBackfillPosition position, IOptions<ManifestOptions> options, TimeProvider time) : ISweep
{
    /// <summary>Seconds between two runs.</summary>
    internal const int IntervalSeconds = 60;

    private const int Page = 1_000;
    private const int PagesInARun = 20;

    private static readonly TimeSpan Rest = TimeSpan.FromDays(1);

    private long _rows;

    /// <inheritdoc />
    public long? Rows => _rows;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (now, left) = (time.GetUtcNow(), options.Value.BackfillPerMinute);
        if (files.KeyId is not { } keyId || position.RestsUntil > now) return;
        for (var pages = 0; pages < PagesInARun && left > 0; pages++)
        {
            var rows = db.Assets.AsNoTracking();
            if (position.After is { } after) rows = rows.Where(a => a.Id.CompareTo(after) > 0);
            var page = await rows.OrderBy(a => a.Id).Take(Page)
                .Select(a => new { a.Id, Lacks = a.Status == AssetStatus.Ready && a.ManifestAt == null && (a.ManifestKeyId == null || a.ManifestKeyId != keyId) })
                .ToListAsync(cancellationToken);
            var lacking = page.Where(row => row.Lacks).Take(left).Select(row => row.Id).ToList();
            if (lacking.Count > 0)
                _rows += await db.Assets.Where(a => lacking.Contains(a.Id) && a.ManifestAt == null).ExecuteUpdateAsync(row => row.SetProperty(a => a.ManifestAt, now), cancellationToken);
            left -= lacking.Count;
            if (left == 0 && lacking.Count > 0)
            {
                position.After = lacking[^1];
                return;
            }

            position.After = page.Count < Page ? null : page[^1].Id;
            if (position.After is not null) continue;
            position.RestsUntil = now + Rest;
            return;
        }
    }
}

/// <summary>Where the walk of this instance is.</summary>
public sealed class ManifestBackfillPosition
{
    /// <summary>The last asset that it looked at; null at the beginning.</summary>
    public Guid? After { get; set; }

    /// <summary>When the next walk begins.</summary>
    public DateTimeOffset RestsUntil { get; set; }
}
