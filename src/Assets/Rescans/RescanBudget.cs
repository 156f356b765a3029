using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Rescans;

/// <summary>
/// Shares the bytes of a day between the rescans of all tenants and instances. The bytes are taken in the transaction that starts the assets, so a
/// crash leaves both or neither.
/// </summary>
public sealed class RescanBudget(AssetDbContext db, IOptions<RescanOptions> options)
{
    /// <summary>Whether nothing is left of the day.</summary>
    public async Task<bool> IsUsedUpAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await UsedAsync(now, cancellationToken) >= options.Value.BytesPerDay;

    /// <summary>How many of the first assets fit into what is left of the day.</summary>
    public async Task<int> FittingAsync(IReadOnlyList<long> sizes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var left = options.Value.BytesPerDay - await UsedAsync(now, cancellationToken);
        var (isWhole, fitting) = (left == options.Value.BytesPerDay, 0);
        foreach (var size in sizes)
        {
            // An asset that is larger than a whole day has a day of its own.
            if (size > left && !(isWhole && fitting == 0)) return fitting;
            left -= size;
            fitting++;
        }

        return fitting;
    }

    /// <summary>Takes the bytes. False if another instance was faster; roll back.</summary>
    public async Task<bool> TakeAsync(long bytes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (day, most) = (RescanDay.Of(now), options.Value.BytesPerDay);
        return await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO rescan_days AS known ("Day", "Bytes") VALUES ({day}, {bytes})
            ON CONFLICT ("Day") DO UPDATE SET "Bytes" = known."Bytes" + excluded."Bytes" WHERE known."Bytes" = 0 OR known."Bytes" + excluded."Bytes" <= {most}
            """,
            cancellationToken) == 1;
    }

    private async Task<long> UsedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var day = RescanDay.Of(now);
        return await db.RescanDays.Where(d => d.Day == day).Select(d => d.Bytes).FirstOrDefaultAsync(cancellationToken);
    }
}
