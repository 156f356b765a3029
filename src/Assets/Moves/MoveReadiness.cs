using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Diagnosis;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Installations;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Reconciliation;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.Storage.Targets;

namespace Pipeline.Assets.Moves;

/// <summary>
/// Says why an area cannot move now. A server or a worker that writes to one store only would make the stores differ, so each that is known must write to
/// both.
/// </summary>
public sealed class MoveReadiness(AssetDbContext db, StorageAreas areas, InstallationMarks marks, TimeProvider time)
{
    public async Task<WalkRefusal?> RefusalAsync(MoveSettings settings, CancellationToken cancellationToken)
    {
        var area = MoveArea.Named(settings.Area)!;
        if (areas.Targets.GetValueOrDefault(area.Name) is not { } target || target.Name != settings.To)
            return NotReady($"This server does not write the area {area.Name} to {settings.To}. Set {Setting(area)} to {settings.To} on all servers and workers, and restart them.");
        if (await db.AreaMoves.AsNoTracking().SingleOrDefaultAsync(m => m.Area == area.Name && m.State == MoveState.Switched, cancellationToken) is { } switched)
            return NotReady($"The area {area.Name} is read from {switched.Target} already. Go back by: pipeline migrate switch {area.Name} --to {switched.Target} --back");
        return await WorkersAsync(area, target, cancellationToken) ?? await StoresAsync(area, target, cancellationToken);
    }

    /// <summary>Why the workers do not let the area move.</summary>
    public async Task<WalkRefusal?> WorkersAsync(ReconcileArea area, AreaTarget target, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - WorkerCapacity.Heard;
        var workers = await db.Workers.AsNoTracking().Where(w => w.HeardAt >= since).OrderBy(w => w.Id).ToListAsync(cancellationToken);
        foreach (var worker in workers)
        {
            var (name, found) = (worker.Id.ToString("N")[..8], AnnouncedFindings.Read(worker.Findings).FirstOrDefault(f => f.Check == WriteCheck.Of(area.Name)));
            if (found is null)
                return NotReady($"Worker {name} does not write the area {area.Name} to {target.Name}, or has not said so yet. Set {Setting(area)} to {target.Name} there and restart it; it says so within 3 minutes.");
            if (found.Status != AnnouncedFinding.Ok) return NotReady($"Worker {name} cannot write the area {area.Name} to {target.Name}: {found.Detail}");
            if (found.Detail != target.Location) return NotReady($"Worker {name} writes the area {area.Name} to {found.Detail}, this server to {target.Location}. Set `Storage:Targets:{target.Name}` alike.");
        }

        return null;
    }

    private async Task<WalkRefusal?> StoresAsync(ReconcileArea area, AreaTarget target, CancellationToken cancellationToken)
    {
        try
        {
            return await marks.OwnerAsync(area, target.Store, cancellationToken) switch
            {
                AreaOwner.Ours => null,
                AreaOwner.NotMarked => NotReady($"The key of this server may not write to {target.Name}. Give it the rights of docs/operations.md there."),
                AreaOwner.Other => NotReady($"{target.Name} holds the area of another installation. Use an empty bucket, or another prefix."),
                _ => NotReady($"{target.Name} holds objects that are not of this installation. Use an empty bucket, or another prefix."),
            };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return NotReady($"{target.Name} does not work: {StoreFault.Describe(e)} See `Storage:Targets:{target.Name}`.");
        }
    }

    private static WalkRefusal NotReady(string because) => new(MoveCode.NotReady, because);

    private static string Setting(ReconcileArea area) => $"`Storage:Areas:{char.ToUpperInvariant(area.Name[0])}{area.Name[1..]}:AlsoWriteTo`";
}
