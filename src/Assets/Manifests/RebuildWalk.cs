using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Storage;
using Pipeline.Storage.Costs;

namespace Pipeline.Assets.Manifests;

/// <summary>Makes the rows of a tenant again from the originals area alone. Rows that are there stay as they are, unless a restored table shows as unfinished what was ready.</summary>
public sealed class RebuildWalk(AssetDbContext db, StorageAreas areas, RebuildReader reader, ManifestFiles files) : IRunWalk
{
    // Three requests for each manifest must fit into the lease of the run, also at a slow store.
    private const int Page = 250;

    // Listing requests of a plan.
    private const int PlanPages = 10;

    private const int ListPage = 1_000;

    /// <inheritdoc />
    public string Kind => RunKind.Rebuild;

    /// <inheritdoc />
    /// <remarks>After a restore the uploads that wait may be those that only the rebuild can bring to their end.</remarks>
    public bool Yields => false;

    /// <summary>Counts the manifests of a small store; of a large one it counts the first and estimates the others, because ids are spread evenly.</summary>
    public async Task<RunPlan> PlanAsync(RunRequest request, CancellationToken cancellationToken)
    {
        using var cause = StoreCause.Begin(StoreCause.Manifest);
        var (listed, manifests, last) = (0, 0, "");
        await foreach (var found in areas.Originals.ListAsync(ObjectKey.OriginalsArea, cancellationToken).Take(PlanPages * ListPage))
        {
            listed++;
            if (ObjectKey.IsManifest(found.Key)) manifests++;
            last = found.Key.Value;
        }

        return listed < PlanPages * ListPage ? RunPlan.Plain(manifests) : RunPlan.Plain((int)Math.Min(int.MaxValue, manifests / Share(last)), isEstimate: true);
    }

    /// <inheritdoc />
    public Task<WalkRefusal?> RefusalAsync(Run run, CancellationToken cancellationToken) => Task.FromResult(
        files.KeyId is null ? new WalkRefusal("manifests_unsigned", "No key signs manifests here, so none can be trusted. Set Manifests:SigningKey to the key of the lost installation.") : null);

    /// <inheritdoc />
    public async Task<WalkPage> NextAsync(WalkTurn turn, CancellationToken cancellationToken)
    {
        var atMost = Math.Min(turn.AtMost, Page);
        var page = await areas.Originals.ListAsync(ObjectKey.OriginalsArea, turn.Position, cancellationToken).Take(atMost).ToListAsync(cancellationToken);
        var results = await reader.ReadAsync(page, turn.Run.TenantId, cancellationToken);
        var found = results.Where(IsFinding).ToList();
        var rows = results.Where(result => result.Asset is not null).ToList();
        return new WalkPage
        {
            Position = page.Count > 0 ? page[^1].Key.Value : turn.Position,
            IsEnd = page.Count < atMost,
            Looked = page.Count,
            Counts =
            [
                new WalkCount(RunResult.Done, "", results.Count(result => result.Code == RebuildCode.Rebuilt)),
                .. results.Where(result => !IsFinding(result) && result.Code != RebuildCode.Rebuilt).GroupBy(result => result.Code, StringComparer.Ordinal).Select(same => new WalkCount(RunResult.Skipped, same.Key, same.Count())),
                .. found.GroupBy(result => result.Code, StringComparer.Ordinal).Select(same => new WalkCount(RunResult.Found, same.Key, same.Count())),
            ],
            Findings = [.. found.Select(result => new WalkFinding(result.Code, "originals", result.Key.Value, result.AssetId, RebuildWords.Sentence(result.Code)))],
            SaveAsync = rows.Count == 0 ? null : token => SaveAsync(rows, token),
        };
    }

    private static bool IsFinding(RebuildResult result) => result.Code is not (RebuildCode.Rebuilt or RebuildCode.Exists or RebuildCode.OtherTenant or RebuildCode.Erased) || result.ErasedNow;

    // The share of the two hex digits that the listing has passed.
    private static double Share(string last) =>
        last.Length > ObjectKey.OriginalsArea.Length + 1
        && int.TryParse(last.AsSpan(ObjectKey.OriginalsArea.Length, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var shard) ? (shard + 1) / 256.0 : 1;

    private async Task SaveAsync(List<RebuildResult> rows, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        db.Assets.AddRange(rows.Select(result => result.Asset!));
        var batches = rows.Where(result => result.Batch is { Total: not null, CreatedAt: not null }).GroupBy(result => result.Batch!.Id).ToDictionary(same => same.Key, same => same.First());
        var ids = batches.Keys.ToList();
        var known = ids.Count == 0 ? [] : await db.Batches.AsNoTracking().Where(b => ids.Contains(b.Id)).Select(b => b.Id).ToListAsync(cancellationToken);
        foreach (var (id, of) in batches)
            if (!known.Contains(id)) db.Batches.Add(Batch.Rebuild(id, of.Asset!, of.Batch!.Total!.Value, of.Batch.CreatedAt!.Value));
        await db.SaveChangesAsync(cancellationToken);

        // Only ready assets have manifests, so the outcome follows from the members that came back.
        foreach (var id in ids)
        {
            var ready = await db.Assets.CountAsync(a => a.BatchId == id && a.Status == AssetStatus.Ready, cancellationToken);
            await db.Batches.Where(b => b.Id == id && b.Total == ready && b.Outcome == BatchOutcome.SomeReady)
                .ExecuteUpdateAsync(row => row.SetProperty(b => b.Outcome, BatchOutcome.AllReady), cancellationToken);
        }
    }
}
