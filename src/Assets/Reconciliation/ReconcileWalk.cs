using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Storage;
using Pipeline.Storage.Costs;

namespace Pipeline.Assets.Reconciliation;

/// <summary>
/// Compares the store, the table and the queue: first the objects of each area with the rows, then the rows with the objects, then the rows in work. It
/// changes nothing, unless the run deletes what an earlier one has found.
/// </summary>
public sealed class ReconcileWalk(
    AssetDbContext db, StorageAreas areas, ObjectCheck objects, RowCheck rows, QueueCheck queue, OrphanDeletion deletion, IOptions<PricesOptions> prices, ILogger<ReconcileWalk> logger) : IRunWalk
{
    // A page that fails more often than this fails the run.
    private const int MostFaults = 3;

    // Objects of an asset in the default profile, and keys in one page of a listing.
    private const int ObjectsPerAsset = 10;

    public string Kind => RunKind.Reconcile;

    // It needs no worker, and it is there to find uploads that are stuck.
    public bool Yields => false;

    public async Task<RunPlan> PlanAsync(RunRequest request, CancellationToken cancellationToken)
    {
        var assets = (int)Math.Min(int.MaxValue / ObjectsPerAsset, db.CanEstimate ? await db.EstimateAsync(db.Assets, cancellationToken) : await db.Assets.LongCountAsync(cancellationToken));
        var requests = new RunRequests(ReconcileArea.All.Count + ((long)assets * ObjectsPerAsset / WalkTurn.Page), (long)assets * ObjectsPerAsset);
        return RunPlan.Plain(assets * (ObjectsPerAsset + 1), isEstimate: true) with { Requests = requests, CostUsd = new RunCost(Cost(prices.Value.R2, requests), Cost(prices.Value.S3, requests)) };
    }

    public async Task<WalkPage> NextAsync(WalkTurn turn, CancellationToken cancellationToken)
    {
        using var cause = StoreCause.Begin(StoreCause.Reconcile);
        if (turn.Run.Deletes) return await deletion.RunAsync(turn, cancellationToken);
        var position = ReconcilePosition.Read(turn.Position);

        // The objects came from the client.
        if (turn.Position is null && ReconcileSettings.Read(turn.Run.Settings).Listing) position = ReconcilePosition.Rows;
        return position.Part switch
        {
            ReconcilePart.Objects => await ObjectsAsync(turn, position, cancellationToken),
            ReconcilePart.Rows => Page(position, await rows.RunAsync(position.AfterId, turn.Run.LastId, turn.AtMost, cancellationToken)),
            _ => Page(position, await queue.RunAsync(position.AfterId, turn.AtMost, cancellationToken)),
        };
    }

    private static WalkPage Page(ReconcilePosition position, (Guid? Last, IReadOnlyList<WalkCount> Counts, IReadOnlyList<WalkFinding> Findings) page) => new()
    {
        Position = (page.Last is { } last ? position.At(last) : position.Next()).ToString(),
        IsEnd = page.Last is null && position.Part == ReconcilePart.Queue,
        Looked = page.Counts.Sum(c => c.Count),
        Counts = page.Counts,
        Findings = page.Findings,
    };

    private async Task<WalkPage> ObjectsAsync(WalkTurn turn, ReconcilePosition position, CancellationToken cancellationToken)
    {
        var area = position.Area;
        List<ObjectInfo> page;
        try
        {
            page = await area.StoreOf(areas).ListAsync(area.Prefix, position.After, cancellationToken).Take(turn.AtMost).ToListAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return await FaultAsync(turn, position, e, cancellationToken);
        }

        if (page.Find(found => !found.Key.Value.StartsWith(area.Prefix, StringComparison.Ordinal)) is { } foreign)
            return new WalkPage { Position = turn.Position, Looked = 0, FailedBecause = $"The store listed {foreign.Key} below {area.Prefix}. Its listings cannot be trusted." };
        var verdicts = await MovedOriginals.KnowAsync(turn, area, area.StoreOf(areas), await objects.RunAsync(area, page, cancellationToken), cancellationToken);
        var (counts, findings) = ObjectCheck.Summarise(area, verdicts);
        return new WalkPage
        {
            Position = (page.Count < turn.AtMost ? position.NextArea() : position.At(page[^1].Key.Value)).ToString(),
            Looked = page.Count,
            Counts = counts,
            Findings = findings,
        };
    }

    // The count of faults is what forbids a deletion afterwards, also if a later try succeeds.
    private async Task<WalkPage> FaultAsync(WalkTurn turn, ReconcilePosition position, Exception fault, CancellationToken cancellationToken)
    {
        logger.ListingFailed(fault, turn.Run.Id, position.Area.Name);
        var faults = 1 + await db.RunCounts.Where(c => c.RunId == turn.Run.Id && c.Code == ReconcileCode.ListingFailed).SumAsync(c => c.Count, cancellationToken);
        return new WalkPage
        {
            Position = turn.Position,
            Looked = 0,
            Counts = [new WalkCount(RunResult.Failed, ReconcileCode.ListingFailed, 1)],
            WaitingFor = RunWait.Store,
            FailedBecause = faults < MostFaults ? null : $"The listing of the area {position.Area.Name} failed {faults} times{(position.After is { } after ? $", last after {after}" : "")}: {fault.Message}",
        };
    }

    private static double Cost(ProviderPrices prices, RunRequests requests) =>
        Math.Round(((requests.ClassA * prices.PutPerMillion) + (requests.ClassB * prices.GetPerMillion)) / 1_000_000, 4);
}
