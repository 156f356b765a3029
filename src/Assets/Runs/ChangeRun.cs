using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Assets.Rescans;

namespace Pipeline.Assets.Runs;

/// <summary>How a change of a run ended.</summary>
public abstract record RunChange
{
    private RunChange()
    {
    }

    public sealed record Done(Run Run) : RunChange;

    /// <summary>The tenant has no such run.</summary>
    public sealed record NotFound : RunChange;

    /// <summary>The state does not allow it.</summary>
    public sealed record WrongState(string State) : RunChange;

    /// <summary>The plan was applied before.</summary>
    public sealed record PlanUsed(string State) : RunChange;

    /// <summary>The plan is too old.</summary>
    public sealed record PlanExpired : RunChange;

    /// <summary>The profiles have changed since the plan.</summary>
    public sealed record PlanStale(IReadOnlyList<string> Profiles) : RunChange;

    /// <summary>Another run of this kind is running or paused.</summary>
    public sealed record Active(Guid Id) : RunChange;

    /// <summary>What the run replaced is not kept any more.</summary>
    public sealed record RollbackExpired : RunChange;

    /// <summary>What the run would walk does not allow it now.</summary>
    public sealed record Refused(string Code, string Because) : RunChange;
    /// <summary>The change withdraws assets, so it needs a reason.</summary>
    public sealed record ReasonRequired : RunChange;

    /// <summary>The run deletes something, but the caller lacks the role admin.</summary>
    public sealed record AdminOnly : RunChange;
}

/// <summary>
/// Applies, pauses, resumes and cancels runs, and changes their pace: each is one update that compares the version, with its line in the audit in the
/// same transaction. So of two operators the later gets the state that the first one made.
/// </summary>
public sealed class ChangeRun(AssetDbContext db, AuditLog audit, RunWalks walks, SweepSignal<RunFeeder> feeder, TimeProvider time)
{
    /// <summary>In the reason of a run that a person paused; a run that paused itself has another one.</summary>
    internal const string ByPerson = " paused it";

    public async Task<RunChange> ApplyAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, caller, cancellationToken) is not { } run) return new RunChange.NotFound();
        if (run.State == RunState.Expired || (run.State == RunState.Planned && run.ExpiresAt <= time.GetUtcNow())) return new RunChange.PlanExpired();
        if (run.State != RunState.Planned) return new RunChange.PlanUsed(run.State);
        if (!RunKind.IsKnown(run.Kind)) return new RunChange.WrongState(run.State);
        if ((run.Deletes || RunKind.Deletes(run.Kind)) && !caller.Has(Role.Admin)) return new RunChange.AdminOnly();
        if (await ChangedProfilesAsync(run, cancellationToken) is { Count: > 0 } changed) return new RunChange.PlanStale(changed);
        if (walks.Of(run.Kind) is { } walk && await walk.RefusalAsync(run, cancellationToken) is { } refusal) return new RunChange.Refused(refusal.Code, refusal.Because);
        var (now, active) = (time.GetUtcNow(), RunKind.IsExclusive(run.Kind) ? run.Kind : null);
        if (active is not null && await ActiveAsync(caller, active, cancellationToken) is { } other) return new RunChange.Active(other);
        try
        {
            return await SetAsync(
                run, caller, "run.apply", run.Reason,
                row => row
                    .SetProperty(r => r.State, RunState.Running)
                    .SetProperty(r => r.ActiveKind, active)
                    .SetProperty(r => r.AppliedBy, caller.UserId)
                    .SetProperty(r => r.AppliedAt, now),
                state => new RunChange.PlanUsed(state), cancellationToken);
        }
        catch (DbException e) when (db.IsDuplicate(e))
        {
            // Another operator applied a plan at the same moment; the unique index let one of them through.
            return await ActiveAsync(caller, run.Kind, cancellationToken) is { } first ? new RunChange.Active(first) : new RunChange.PlanUsed(run.State);
        }
    }

    public Task<RunChange> PauseAsync(Guid id, string? reason, Caller caller, CancellationToken cancellationToken) => ChangeAsync(
        id, caller, "run.pause", reason, [RunState.Running],
        row => row.SetProperty(r => r.State, RunState.Paused).SetProperty(r => r.Because, Paused(caller, reason)).SetProperty(r => r.WaitingFor, (string?)null),
        cancellationToken);

    /// <summary>
    /// Goes on. The share of failures counts from here, so that the run does not pause again at once. A rescan that holds hits back withdraws these
    /// assets, and all others that the same signatures hit.
    /// </summary>
    public async Task<RunChange> ResumeAsync(Guid id, string? reason, Caller caller, CancellationToken cancellationToken)
    {
        var approved = await HeldSignaturesAsync(id, caller, cancellationToken);
        if (approved is not null && !caller.Has(Role.Admin)) return new RunChange.AdminOnly();
        if (approved is not null && string.IsNullOrWhiteSpace(reason)) return new RunChange.ReasonRequired();
        var kind = (await FindAsync(id, caller, cancellationToken))?.Kind ?? "";
        var totals = RunTotals.Of((await RunCounts.ReadAsync(db, [id], cancellationToken))[id]);
        return await ChangeAsync(
            id, caller, "run.resume", reason, [RunState.Paused],
            row =>
            {
                row.SetProperty(r => r.State, RunState.Running)
                    .SetProperty(r => r.Because, (string?)null)
                    .SetProperty(r => r.JudgedFrom, totals.Done + totals.Failed)
                    .SetProperty(r => r.JudgedFailures, totals.FaultsOf(kind));
                if (approved is not null) row.SetProperty(r => r.Approved, approved);
            },
            cancellationToken);
    }

    public async Task<RunChange> CancelAsync(Guid id, string? reason, Caller caller, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? until = await FindAsync(id, caller, cancellationToken) is { AppliedAt: not null } applied ? now.AddHours(applied.KeepHours) : null;
        return await ChangeAsync(
            id, caller, "run.cancel", reason, [RunState.Planned, RunState.Running, RunState.Paused],
            row => row
                .SetProperty(r => r.State, RunState.Cancelled)
                .SetProperty(r => r.ActiveKind, (string?)null)
                .SetProperty(r => r.Because, Cancelled(caller, reason))
                .SetProperty(r => r.WaitingFor, (string?)null)
                .SetProperty(r => r.ReplacedUntil, until)
                .SetProperty(r => r.EndedAt, now),
            cancellationToken);
    }

    public async Task<RunChange> PaceAsync(Guid id, RunPaceChange change, string? reason, Caller caller, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, caller, cancellationToken) is not { } run) return new RunChange.NotFound();
        if (run.State is not (RunState.Planned or RunState.Running or RunState.Paused) || !RunKind.IsKnown(run.Kind)) return new RunChange.WrongState(run.State);
        var pace = change.On(RunPace.Read(run.Pace)).ToJson();
        return await SetAsync(
            run, caller, "run.pace", reason, row => row.SetProperty(r => r.Pace, pace).SetProperty(r => r.PacedUntil, (DateTimeOffset?)null),
            state => new RunChange.WrongState(state), cancellationToken, filter: pace);
    }

    private async Task<RunChange> ChangeAsync(
        Guid id, Caller caller, string verb, string? reason, string[] from, Action<UpdateSettersBuilder<Run>> change, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, caller, cancellationToken) is not { } run) return new RunChange.NotFound();
        if (!from.Contains(run.State)) return new RunChange.WrongState(run.State);
        if (verb != "run.cancel" && !RunKind.IsKnown(run.Kind)) return new RunChange.WrongState(run.State);
        return await SetAsync(run, caller, verb, reason, change, state => new RunChange.WrongState(state), cancellationToken);
    }

    private async Task<RunChange> SetAsync(
        Run run, Caller caller, string verb, string? reason, Action<UpdateSettersBuilder<Run>> change, Func<string, RunChange> refuse,
        CancellationToken cancellationToken, string? filter = null)
    {
        db.ChangeTracker.Clear();
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            var changed = await db.Runs.Where(r => r.Id == run.Id && r.State == run.State && r.Version == run.Version).ExecuteUpdateAsync(
                row =>
                {
                    change(row);
                    row.SetProperty(r => r.Version, r => r.Version + 1);
                },
                cancellationToken);
            if (changed == 1)
            {
                audit.Add(caller, new AuditEntry(verb, run.Id.ToString(), filter, reason));
                await db.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }
            else
            {
                await transaction.RollbackAsync(cancellationToken);
                return await FindAsync(run.Id, caller, cancellationToken) is { } now ? refuse(now.State) : new RunChange.NotFound();
            }
        }

        feeder.Raise();
        return new RunChange.Done((await FindAsync(run.Id, caller, cancellationToken))!);
    }

    // Null if nothing is held.
    private async Task<string?> HeldSignaturesAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, caller, cancellationToken) is not { Kind: RunKind.Rescan, State: RunState.Paused } run) return null;
        var held = await RescanItems.Held(db, id).AsNoTracking().Select(i => i.Detail).Distinct().ToListAsync(cancellationToken);
        return held.Count == 0 ? null : JsonSerializer.Serialize(RescanHits.ApprovedBy(run).Union(held.Select(RescanFinding.Read).OfType<RescanFinding>().Select(f => f.Signature)).Order(StringComparer.Ordinal));
    }

    private async Task<IReadOnlyList<string>> ChangedProfilesAsync(Run run, CancellationToken cancellationToken)
    {
        if (!RunKind.Renders(run.Kind)) return [];
        var planned = RunPlan.Read(run.Plan)?.Profiles ?? new Dictionary<string, string>(StringComparer.Ordinal);
        var current = await db.Profiles.AsNoTracking().ToDictionaryAsync(p => p.Name, p => p.Fingerprint, StringComparer.Ordinal, cancellationToken);
        return [.. planned.Keys.Union(current.Keys, StringComparer.Ordinal).Where(name => planned.GetValueOrDefault(name) != current.GetValueOrDefault(name)).Order(StringComparer.Ordinal)];
    }

    private Task<Run?> FindAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.TenantId == caller.TenantId && r.Id == id, cancellationToken);

    private async Task<Guid?> ActiveAsync(Caller caller, string kind, CancellationToken cancellationToken) =>
        await db.Runs.Where(r => r.TenantId == caller.TenantId && r.ActiveKind == kind).Select(r => (Guid?)r.Id).FirstOrDefaultAsync(cancellationToken);

    private static string Paused(Caller caller, string? reason) => Cut(reason is null ? $"{caller.UserId}{ByPerson}." : $"{caller.UserId}{ByPerson}: {reason}");

    private static string Cancelled(Caller caller, string? reason) => Cut(reason is null ? $"{caller.UserId} cancelled it." : $"{caller.UserId} cancelled it: {reason}");

    private static string Cut(string text) => text.Length <= Run.MaxBecause ? text : text[..Run.MaxBecause];
}
