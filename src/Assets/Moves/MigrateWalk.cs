using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Reconciliation;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Storage;
using Pipeline.Storage.Costs;
using Pipeline.Storage.Targets;

namespace Pipeline.Assets.Moves;

/// <summary>
/// Copies an area to its target, or compares the two, range of keys by range of keys. Equal objects cost only the listings. Servers and workers write to
/// both stores meanwhile, so nothing that changes behind the position is lost.
/// </summary>
public sealed class MigrateWalk(
    AssetDbContext db, StorageAreas areas, MoveReadiness readiness, IOptions<PricesOptions> prices, ILogger<MigrateWalk> logger) : IRunWalk
{
    // Shows progress often enough, also with large objects.
    private const int CopyPage = 250;
    private const int CopiesAtOnce = 8;

    // Listing requests of a plan.
    private const int PlanPages = 10;

    // Well below the lease of the run.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    private static readonly ObjectKey Probe = ObjectKey.Parse("uploads/health/probe");

    public string Kind => RunKind.Migrate;

    public async Task<RunPlan> PlanAsync(RunRequest request, CancellationToken cancellationToken)
    {
        using var cause = StoreCause.Begin(StoreCause.Migrate);
        var area = MoveArea.Named(MoveSettings.Read(request.Settings)!.Area)!;
        var own = areas.Targets.GetValueOrDefault(area.Name)?.Own ?? area.StoreOf(areas);
        var (listed, bytes, last) = (0, 0L, "");
        foreach (var prefix in MoveArea.PrefixesOf(area))
        {
            await foreach (var found in own.ListAsync(prefix, cancellationToken).Take(PlanPages * WalkTurn.Page))
                (listed, bytes, last) = (listed + 1, bytes + found.Size, found.Key.Value);
        }

        var share = listed < PlanPages * WalkTurn.Page ? 1 : ShareOf(last, area.Prefix);
        var objects = (int)Math.Min(int.MaxValue, listed / share);

        // A listing on both sides; for each object a GET, a PUT, three HEADs and a GET that reads it back.
        var requests = new RunRequests(objects + (2L * objects / WalkTurn.Page), 5L * objects);
        return RunPlan.Plain(objects, isEstimate: true) with
        {
            Bytes = (long)(bytes / share),
            Requests = requests,
            CostUsd = new RunCost(Cost(prices.Value.R2, requests), Cost(prices.Value.S3, requests)),
        };
    }

    public Task<WalkRefusal?> RefusalAsync(Run run, CancellationToken cancellationToken) => MoveSettings.Read(run.Settings) is { } settings
        ? readiness.RefusalAsync(settings, cancellationToken)
        : Task.FromResult<WalkRefusal?>(new WalkRefusal(MoveCode.NotReady, "The settings of this run cannot be read: a newer version made it."));

    public async Task<WalkPage> NextAsync(WalkTurn turn, CancellationToken cancellationToken)
    {
        using var cause = StoreCause.Begin(StoreCause.Migrate);
        if (MoveSettings.Read(turn.Run.Settings) is not { } settings || MoveArea.Named(settings.Area) is not { } area)
            return new WalkPage { Position = turn.Position, Looked = 0, FailedBecause = "The settings of this run cannot be read: a newer version made it." };
        if (areas.Targets.GetValueOrDefault(area.Name) is not { } target || target.Name != settings.To)
            return new WalkPage { Position = turn.Position, Looked = 0, WaitingFor = RunWait.Kind };
        try
        {
            return await NextAsync(turn, settings, area, target, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is not DbUpdateException)
        {
            logger.MovePageFailed(e, turn.Run.Id, area.Name);
            return new WalkPage { Position = turn.Position, Looked = 0, WaitingFor = RunWait.Store, FailedBecause = StoreFault.MustBeMended(e) };
        }
    }

    private async Task<WalkPage> NextAsync(WalkTurn turn, MoveSettings settings, ReconcileArea area, AreaTarget target, CancellationToken cancellationToken)
    {
        var (position, prefixes) = (MovePosition.Read(turn.Position), MoveArea.PrefixesOf(area));
        var atMost = settings.Compare ? turn.AtMost : Math.Min(turn.AtMost, CopyPage);
        var page = await MovePage.ReadAsync(target.Own, target.Store, prefixes[position.Prefix], position.After, atMost, area.IsMark, cancellationToken);
        var mode = settings.Compare ? MoveMode.Compare : settings.DeleteExtra ? MoveMode.CopyAndDelete : MoveMode.Copy;
        if (await MoveAsync(turn, new ObjectMove(target.Own, target.Store), target, page.Others, mode, cancellationToken) is not { } moved)
            return new WalkPage { Position = turn.Position, Looked = 0, WaitingFor = RunWait.Store };
        return new WalkPage
        {
            Position = (page.Last is { } last ? position with { After = last } : new MovePosition(position.Prefix + 1)).ToString(),
            IsEnd = page.Last is null && position.Prefix + 1 == prefixes.Count,
            Looked = page.Equal + page.Others.Count,
            Counts = MoveCounts.Of(settings, page.Equal, moved),
            Findings = MoveCounts.Findings(area, moved),
            SaveAsync = turn.Position is null ? token => BeginAsync(area, target, token) : null,
        };
    }

    /// <returns>Null if a store failed, or if the run has stopped; then the page begins again.</returns>
    private static async Task<IReadOnlyList<MovedKey>?> MoveAsync(
        WalkTurn turn, ObjectMove move, AreaTarget target, IReadOnlyList<ObjectKey> keys, MoveMode mode, CancellationToken cancellationToken)
    {
        var moved = new ConcurrentBag<MovedKey>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = CopiesAtOnce, CancellationToken = stop.Token }, async (key, token) => moved.Add(await MoveAsync(move, key, mode, token)));
        try
        {
            while (await Task.WhenAny(work, Task.Delay(Heartbeat, cancellationToken)) != work)
                if (!await turn.GoesOnAsync(cancellationToken)) await stop.CancelAsync();
            await work;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            await stop.CancelAsync();
            await work.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        var failed = moved.Where(one => one.Fault is not null).ToList();
        if (failed.Count == 0) return [.. moved];
        if (failed.Select(one => StoreFault.MustBeMended(one.Fault!)).OfType<string>().FirstOrDefault() is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failed.First(one => StoreFault.MustBeMended(one.Fault!) is not null).Fault!);

        // A store that does not answer says nothing about single objects.
        await target.Own.HeadAsync(Probe, cancellationToken);
        await target.Store.HeadAsync(Probe, cancellationToken);
        return [.. moved];
    }

    private static async Task<MovedKey> MoveAsync(ObjectMove move, ObjectKey key, MoveMode mode, CancellationToken cancellationToken)
    {
        try
        {
            return new MovedKey(key, await move.RunAsync(key, mode, cancellationToken), null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new MovedKey(key, new MovedObject(MoveResult.Equal), e);
        }
    }

    // From the first page on all instances know of the move.
    private async Task BeginAsync(ReconcileArea area, AreaTarget target, CancellationToken cancellationToken)
    {
        var row = await db.AreaMoves.SingleOrDefaultAsync(m => m.Area == area.Name, cancellationToken);
        if (row is null) db.AreaMoves.Add(row = new AreaMove { Area = area.Name, Target = target.Name, Location = target.Location, State = MoveState.Copying });
        if (row.State == MoveState.Switched) return;
        (row.Target, row.Location, row.State, row.SwitchedAt) = (target.Name, target.Location, MoveState.Copying, null);
    }

    // The share of the two hex digits that the listing has passed; ids are spread evenly.
    private static double ShareOf(string last, string prefix) =>
        last.Length > prefix.Length + 1 && int.TryParse(last.AsSpan(prefix.Length, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var shard) ? (shard + 1) / 256.0 : 1;

    private static double Cost(ProviderPrices prices, RunRequests requests) =>
        Math.Round(((requests.ClassA * prices.PutPerMillion) + (requests.ClassB * prices.GetPerMillion)) / 1_000_000, 4);
}
