using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Overview;

/// <summary>The workers with the assets that they hold.</summary>
public sealed class WorkersAtWork(AssetDbContext db)
{
    private const int MaxWorkers = 200;
    private const int MaxHeld = 200;

    // Longer than any attempt: silent workers lose theirs after minutes.
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromDays(1);

    public async Task<IReadOnlyList<WorkerView>> ReadAsync(Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = now - WorkerCapacity.Heard;
        var workers = await db.Workers.AsNoTracking().Where(w => w.HeardAt >= since).OrderBy(w => w.Name).ThenBy(w => w.Id).Take(MaxWorkers).ToListAsync(cancellationToken);
        var held = await HeldAsync(caller, now, cancellationToken);
        var views = workers.ConvertAll(w => new WorkerView(w.Id, w.Name, w.Engine, w.HeardAt, w.Concurrency + w.ReprocessConcurrency, [.. Of(w.Id)]));

        // Work of a worker that is silent, or that is older than the field.
        var known = workers.Select(w => (Guid?)w.Id).ToHashSet();
        views.AddRange(held.Where(one => !known.Contains(one.Instance)).GroupBy(one => (one.Instance, one.Worker))
            .Select(same => new WorkerView(same.Key.Instance, same.Key.Worker, null, null, 0, [.. same.Select(one => one.Asset).OrderBy(asset => asset.Since)])));
        return views;

        IEnumerable<HeldAsset> Of(Guid id) => held.Where(one => one.Instance == id).Select(one => one.Asset).OrderBy(asset => asset.Since);
    }

    private async Task<IReadOnlyList<Held>> HeldAsync(Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var assets = await db.Assets.AsNoTracking()
            .Where(a => a.IsInFlight && a.Work == WorkState.Processing && a.DispatchAt == null)
            .OrderBy(a => a.TenantId).ThenBy(a => a.OwnerId) // as the index is
            .Take(MaxHeld)
            .Select(a => new { a.Id, a.TenantId, a.LastHeardAt })
            .ToListAsync(cancellationToken);
        if (assets.Count == 0) return [];

        var (ids, oldest) = (assets.ConvertAll(a => a.Id), now - LongestAttempt);
        var begun = (await db.Events.AsNoTracking().Where(e => ids.Contains(e.AssetId) && e.At >= oldest && e.Kind == AssetEventKind.Started)
            .Select(e => new { e.AssetId, e.Sequence, e.At, e.Data }).ToListAsync(cancellationToken))
            .GroupBy(e => e.AssetId).ToDictionary(same => same.Key, same => same.MaxBy(e => e.Sequence)!);
        return
        [
            .. assets.Select(a =>
            {
                var start = begun.GetValueOrDefault(a.Id);
                var data = EventData.Parse(AssetEventKind.Started, start?.Data) as StartedData;
                return new Held(data?.Instance, data?.Worker, new HeldAsset(a.TenantId == caller.TenantId ? a.Id : null, start?.At ?? a.LastHeardAt ?? now));
            }),
        ];
    }

    private sealed record Held(Guid? Instance, string? Worker, HeldAsset Asset);
}
