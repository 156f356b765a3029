using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Persistence;
using Pipeline.Storage.Costs;

namespace Pipeline.Assets.Costs;

/// <summary>
/// Adds the requests that this process has counted to the table, by one statement a minute and at the stop. A process that dies loses the counts of a
/// minute at most.
/// </summary>
public sealed class RequestCountStore(StoreRequestCounts counts, IServiceScopeFactory scopes, TimeProvider time, ILogger<RequestCountStore> logger) : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // Far more kinds than there are areas, operations and causes.
    private const int MaxRows = 500;
    private const int Columns = 5;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TrySaveAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, time, stoppingToken);
                await TrySaveAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops, and StopAsync saves the rest.
        }
    }

    /// <summary>Saves what was counted. If the database does not answer, it is saved later.</summary>
    public async Task TrySaveAsync(CancellationToken cancellationToken)
    {
        var taken = counts.Take();
        if (taken.Count == 0) return;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await SaveAsync(scope.ServiceProvider.GetRequiredService<AssetDbContext>(), taken, time.GetUtcNow(), cancellationToken);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            foreach (var (request, count) in taken) counts.Add(request, count);
            logger.RequestCountsNotSaved(e);
        }
    }

    internal static Task<int> SaveAsync(AssetDbContext db, IReadOnlyList<KeyValuePair<CountedRequest, long>> taken, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // In one order, so that two instances cannot lock each other.
        var rows = taken.Take(MaxRows).OrderBy(row => row.Key.Area, StringComparer.Ordinal).ThenBy(row => row.Key.Operation, StringComparer.Ordinal).ThenBy(row => row.Key.Cause, StringComparer.Ordinal).ToList();
        var day = DateOnly.FromDateTime(now.UtcDateTime).DayNumber;
        var sql = $"""
            INSERT INTO request_counts AS known ("Day", "Area", "Operation", "Cause", "Requests")
            VALUES {string.Join(", ", rows.Select((_, row) => $"({string.Join(", ", Enumerable.Range(row * Columns, Columns).Select(place => $"{{{place.ToString(CultureInfo.InvariantCulture)}}}"))})"))}
            ON CONFLICT ("Day", "Area", "Operation", "Cause") DO UPDATE SET "Requests" = known."Requests" + excluded."Requests"
            """;
        object[] values = [.. rows.SelectMany(row => new object[] { day, row.Key.Area, row.Key.Operation, row.Key.Cause, row.Value })];
        return db.Database.ExecuteSqlRawAsync(sql, values, cancellationToken);
    }
}
