using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Storage;
using Pipeline.Storage.Targets;

namespace Pipeline.Assets.Moves;

/// <summary>How a switch ended.</summary>
public abstract record AreaSwitch
{
    private AreaSwitch()
    {
    }

    /// <summary>The area is read from the other side now.</summary>
    public sealed record Done(AreaMove Move) : AreaSwitch;

    /// <summary>The stores differ, or nobody has compared them just now.</summary>
    /// <param name="Because">A sentence for the operator.</param>
    /// <param name="Counts">How many objects differ, by code.</param>
    /// <param name="Examples">Keys of some of them.</param>
    public sealed record Incomplete(string Because, IReadOnlyDictionary<string, int> Counts, IReadOnlyList<string> Examples) : AreaSwitch;

    /// <summary>Another reason.</summary>
    public sealed record Refused(string Code, string Because) : AreaSwitch;
}

/// <summary>
/// Switches the reads of an area to its target, or back. Forward it needs a comparison that has found nothing and is less than an hour old; back it needs
/// none, because writes go to both stores all the time.
/// </summary>
public sealed class SwitchArea(AssetDbContext db, StorageAreas areas, AreaSides sides, MoveReadiness readiness, AuditLog audit, TimeProvider time)
{
    /// <summary>A comparison that ended earlier says too little.</summary>
    public static readonly TimeSpan ComparedWithin = TimeSpan.FromHours(1);

    private const int MostExamples = 5;

    public async Task<AreaSwitch> RunAsync(string area, string to, bool back, string reason, Caller caller, CancellationToken cancellationToken)
    {
        if (areas.Targets.GetValueOrDefault(area) is not { } target || target.Name != to)
            return new AreaSwitch.Refused(MoveCode.NotReady, $"This server does not write the area {area} to {to}, so it cannot switch there.");
        var move = await db.AreaMoves.AsNoTracking().SingleOrDefaultAsync(m => m.Area == area, cancellationToken);
        if (back) return await BackAsync(move, target, area, reason, caller, cancellationToken);
        if (move is { State: MoveState.Switched } && move.Target == to) return new AreaSwitch.Done(move);
        if (await IncompleteAsync(area, to, cancellationToken) is { } incomplete) return incomplete;
        if (await readiness.RefusalAsync(new MoveSettings(area, to), cancellationToken) is { } refusal) return new AreaSwitch.Refused(refusal.Code, refusal.Because);
        return await SetAsync(area, target, MoveState.Switched, time.GetUtcNow(), new AuditEntry("area.switch", area, Filter(to), reason), caller, cancellationToken);
    }

    private async Task<AreaSwitch> BackAsync(AreaMove? move, AreaTarget target, string area, string reason, Caller caller, CancellationToken cancellationToken)
    {
        if (move is not { State: MoveState.Switched, SwitchedAt: { } at } || move.Target != target.Name)
            return new AreaSwitch.Refused(MoveCode.NotReady, $"The area {area} is not read from {target.Name}, so nothing leads back from it.");
        if (time.GetUtcNow() >= at + AreaMove.BackFor)
            return new AreaSwitch.Refused(MoveCode.BackExpired, $"The area was switched on {at:yyyy-MM-dd HH:mm}Z, more than {AreaMove.BackFor.TotalDays:0} days ago. Make the old store a target, and migrate to it.");
        return await SetAsync(area, target, MoveState.Copying, null, new AuditEntry("area.switch-back", area, Filter(target.Name), reason), caller, cancellationToken);
    }

    private async Task<AreaSwitch.Incomplete?> IncompleteAsync(string area, string to, CancellationToken cancellationToken)
    {
        var newest = (await db.Runs.AsNoTracking().Where(r => r.Kind == RunKind.Migrate && r.AppliedAt != null).OrderByDescending(r => r.Id).Take(100).ToListAsync(cancellationToken))
            .Find(r => MoveSettings.Read(r.Settings) is { } settings && settings.Area == area && settings.To == to);
        if (newest is null) return Nothing("Nothing has been copied yet.");
        var counts = (await db.RunCounts.AsNoTracking().Where(c => c.RunId == newest.Id).ToListAsync(cancellationToken))
            .Where(c => c.Result is RunResult.Failed || (c.Result == RunResult.Found && c.Code != MoveCode.ExtraDeleted))
            .GroupBy(c => c.Code, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Sum(c => c.Count), StringComparer.Ordinal);
        if (counts.Count > 0)
        {
            var keys = await db.RunFindings.AsNoTracking().Where(f => f.RunId == newest.Id && f.Kind != MoveCode.ExtraDeleted).OrderBy(f => f.Number).Take(MostExamples).Select(f => f.Key!).ToListAsync(cancellationToken);
            return new AreaSwitch.Incomplete(
                $"{counts.Values.Sum()} objects of the area {area} differ between its store and {to}: {string.Join(", ", counts.Select(c => $"{c.Value} {c.Key}"))}. Copy them by: pipeline migrate {area} --to {to}{(counts.ContainsKey(MoveCode.Extra) ? " --delete-extra" : "")}", counts, keys);
        }

        if (newest.State is RunState.Running or RunState.Paused) return Nothing($"Run {newest.Id} is {newest.State}. Wait for its end.");
        if (newest.State != RunState.Completed) return Nothing($"Run {newest.Id} is {newest.State}, so not all objects were looked at. Run it again by: pipeline migrate {area} --to {to}");
        return MoveSettings.Read(newest.Settings)!.Compare && newest.EndedAt >= time.GetUtcNow() - ComparedWithin
            ? null
            : Nothing($"The two stores were not compared within the last hour. Do it by: pipeline migrate {area} --to {to} --compare");
    }

    private static string Filter(string to) => JsonSerializer.Serialize(new { to });

    private static AreaSwitch.Incomplete Nothing(string because) => new(because, new Dictionary<string, int>(), []);

    private async Task<AreaSwitch> SetAsync(
        string area, AreaTarget target, string state, DateTimeOffset? at, AuditEntry entry, Caller caller, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var move = await db.AreaMoves.SingleOrDefaultAsync(m => m.Area == area, cancellationToken);
        if (move is null) db.AreaMoves.Add(move = new AreaMove { Area = area, Target = target.Name, Location = target.Location, State = state });
        (move.Target, move.Location, move.State, move.SwitchedAt) = (target.Name, target.Location, state, at);
        audit.Add(caller, entry);
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        sides.Set(area, state == MoveState.Switched);
        return new AreaSwitch.Done(move);
    }
}
