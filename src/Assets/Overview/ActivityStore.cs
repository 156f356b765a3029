using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Overview;

/// <summary>Writes counts, each into its minute, quarter and hour.</summary>
internal static class ActivityStore
{
    private const int Columns = 4;

    // Far below the number of parameters that a statement may have.
    private const int MaxRows = 500;

    /// <summary>Adds to the counts.</summary>
    /// <param name="db">The database.</param>
    /// <param name="happened">The kind and the time of each.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task AddAsync(AssetDbContext db, IEnumerable<(string Kind, DateTimeOffset At)> happened, CancellationToken cancellationToken)
    {
        var rows = happened
            .SelectMany(one => ActivitySpan.All.Select(span => (span.Span, At: ActivitySpan.Of(span.Span, one.At), one.Kind)))
            .GroupBy(row => row)
            .Select(same => (same.Key.Span, same.Key.At, same.Key.Kind, Count: (long)same.Count()));
        await WriteAsync(db, rows, "known.\"Count\" + excluded.\"Count\"", cancellationToken);
    }

    /// <summary>Keeps the largest value of the minute.</summary>
    public static Task RaiseAsync(AssetDbContext db, DateTimeOffset at, IEnumerable<(string Kind, long Value)> values, CancellationToken cancellationToken) =>
        WriteAsync(
            db, values.Select(value => (ActivitySpan.Minute, ActivitySpan.Of(ActivitySpan.Minute, at), value.Kind, value.Value)),
            "CASE WHEN excluded.\"Count\" > known.\"Count\" THEN excluded.\"Count\" ELSE known.\"Count\" END", cancellationToken);

    /// <summary>Deletes what no page shows any more.</summary>
    public static async Task PruneAsync(AssetDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var (span, kept) in ActivitySpan.All)
        {
            var end = (now - kept).ToUnixTimeSeconds();
            await db.ActivityCounts.Where(c => c.Span == span && c.At < end).ExecuteDeleteAsync(cancellationToken);
        }

        var oldest = now - ActivitySpan.All[^1].Kept;
        await db.ActivityMarks.Where(m => m.At < oldest && m.Kind != ActivityMark.Engine).ExecuteDeleteAsync(cancellationToken);
    }

    private static async Task WriteAsync(
        AssetDbContext db, IEnumerable<(int Span, long At, string Kind, long Count)> rows, string update, CancellationToken cancellationToken)
    {
        // In one order, so that two instances cannot lock each other.
        foreach (var some in rows.OrderBy(row => row.Span).ThenBy(row => row.At).ThenBy(row => row.Kind, StringComparer.Ordinal).Chunk(MaxRows))
        {
            var sql = $"""
                INSERT INTO activity_counts AS known ("Span", "At", "Kind", "Count")
                VALUES {string.Join(", ", some.Select((_, row) => $"({string.Join(", ", Enumerable.Range(row * Columns, Columns).Select(place => $"{{{place.ToString(CultureInfo.InvariantCulture)}}}"))})"))}
                ON CONFLICT ("Span", "At", "Kind") DO UPDATE SET "Count" = {update}
                """;
            object[] values = [.. some.SelectMany(row => new object[] { row.Span, row.At, row.Kind, row.Count })];
            await db.Database.ExecuteSqlRawAsync(sql, values, cancellationToken);
        }
    }
}
