using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Persistence;
using Pipeline.Storage.Costs;

namespace Pipeline.Assets.Costs;

/// <summary>Reads from the table how much is stored, and how many requests were sent.</summary>
/// <param name="Days">The days that are counted, with today.</param>
/// <param name="OriginalBytes">The originals of all users.</param>
/// <param name="Assets">Stored assets.</param>
/// <param name="VariantBytes">The published variants: the mean of a sample, times the assets.</param>
/// <param name="Requests">The requests of these days.</param>
public sealed record StoreUsage(int Days, long OriginalBytes, long Assets, long VariantBytes, IReadOnlyList<KeyValuePair<CountedRequest, long>> Requests)
{
    /// <summary>Days of a month.</summary>
    public const int Month = 30;

    private const decimal BytesOfGb = 1_000_000_000m;

    // The newest assets, by their primary key.
    private const int Sample = 500;

    public static async Task<StoreUsage> ReadAsync(AssetDbContext db, int days, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var first = DateOnly.FromDateTime(now.UtcDateTime).DayNumber - days + 1;
        var stored = await db.UsageCounters.AsNoTracking().Where(c => c.Day == UsageCounter.Stored && c.UserId != UsageCounter.WholeTenant)
            .GroupBy(_ => 1).Select(all => new { Files = all.Sum(c => c.Files), Bytes = all.Sum(c => c.Bytes) }).SingleOrDefaultAsync(cancellationToken);
        var sample = await db.Assets.AsNoTracking().OrderByDescending(a => a.Id).Take(Sample).Select(a => a.Publication).ToListAsync(cancellationToken);
        var requests = await db.RequestCounts.AsNoTracking().Where(c => c.Day >= first)
            .GroupBy(c => new { c.Area, c.Operation, c.Cause }).Select(same => new { same.Key, Count = same.Sum(c => c.Requests) }).ToListAsync(cancellationToken);
        var variants = sample.OfType<Publication>().Select(publication => publication.Shown().Sum(v => v.Bytes)).ToList();
        var files = stored?.Files ?? 0;
        return new StoreUsage(
            days,
            stored?.Bytes ?? 0,
            files,
            variants.Count == 0 ? 0 : (long)(variants.Average() * files),
            requests.ConvertAll(row => KeyValuePair.Create(new CountedRequest(row.Key.Area, row.Key.Operation, row.Key.Cause), row.Count)));
    }

    /// <summary>The use of a month, if it goes on like this. What visitors read does not pass the servers and is not in it.</summary>
    public StoreUse OfMonth() => new(
        (OriginalBytes + VariantBytes) / BytesOfGb, Scaled("A"), Scaled("B"), EgressGb: 0);

    private decimal Scaled(string requestClass) => Requests.Where(r => StoreOperation.ClassOf(r.Key.Operation) == requestClass).Sum(r => (decimal)r.Value) * Month / Days;
}
