using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Manifests;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.Assets.Rescans;
using Pipeline.Storage.Costs;

namespace Pipeline.Assets.Runs;

/// <summary>
/// The figures of a plan. Only the number of assets is counted, for a limited time; the others come from a sample, because the variants of an
/// asset stand in a large column.
/// </summary>
public sealed class RunForecast(AssetDbContext db, IOptions<RunsOptions> options, IOptions<PricesOptions> prices, TimeProvider time, IOptions<RescanOptions>? rescans = null,
    ManifestFiles? manifests = null)
{
    /// <summary>Assets in the sample: the oldest and the newest.</summary>
    internal const int SampleSize = 200;

    // A revision and a scan read the original.
    private const int ReadsPerAsset = 1;

    private const int LastRuns = 3;

    // Digits of CPU hours: a run of one asset takes some.
    private const int CpuDigits = 6;

    /// <param name="request">A checked request.</param>
    /// <param name="matching">The assets that its filter names.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<RunPlan> OfAsync(RunRequest request, IQueryable<Asset> matching, CancellationToken cancellationToken)
    {
        var planned = RunQuery.Of(request.Kind, matching);
        var (assets, isEstimate) = await CountAsync(planned, cancellationToken);
        var profiles = await db.Profiles.AsNoTracking().ToDictionaryAsync(p => p.Name, p => p.Fingerprint, StringComparer.Ordinal, cancellationToken);
        var sample = RunKind.Deletes(request.Kind) || assets == 0 ? [] : await SampleAsync(planned, cancellationToken);
        if (request.Kind == RunKind.Rescan) return await OfRescanAsync(request, matching, assets, isEstimate, sample, cancellationToken);
        var works = RunKind.Deletes(request.Kind) ? 0 : assets;
        var work = await WorkAsync(sample, profiles, works, cancellationToken);
        var requests = new RunRequests(work.ClassA, (long)works * ReadsPerAsset);
        return new RunPlan
        {
            Assets = assets,
            IsEstimate = isEstimate,
            Skipped = await SkippedAsync(request, matching, assets, isEstimate, cancellationToken),
            Sampled = sample.Count,
            VariantsToRender = work.Render,
            VariantsToKeep = work.Keep,
            Bytes = work.Bytes,
            Requests = requests,
            CpuHours = Math.Round(works * options.Value.CpuSecondsPerAsset / 3_600, CpuDigits),
            CostUsd = new RunCost(Cost(prices.Value.R2, requests), Cost(prices.Value.S3, requests)),
            Hours = await HoursAsync(request.Kind, works, cancellationToken),
            Profiles = profiles,
        };
    }

    // A rescan reads each original once and writes nothing. Its CPU time is that of the scanner, which depends on the signatures: only the operator can measure it.
    private async Task<RunPlan> OfRescanAsync(
        RunRequest request, IQueryable<Asset> matching, int assets, bool isEstimate, IReadOnlyList<Asset> sample, CancellationToken cancellationToken)
    {
        var bytes = sample.Count == 0 ? 0 : (long)Math.Round(sample.Average(a => (double)a.Size) * assets);
        var requests = new RunRequests(0, (long)assets * ReadsPerAsset);
        var hours = await LastHoursAsync(request.Kind, assets, cancellationToken);
        if (rescans is not null && bytes > 0) hours = Math.Max(hours ?? 0, Math.Round((Math.Ceiling((double)bytes / rescans.Value.BytesPerDay) - 1) * 24, 3));
        return RunPlan.OfRollback(assets) with
        {
            IsEstimate = isEstimate,
            Skipped = await SkippedAsync(request, matching, assets, isEstimate, cancellationToken),
            Sampled = sample.Count,
            Bytes = bytes,
            Requests = requests,
            CpuHours = assets == 0 ? 0 : rescans?.Value.CpuSecondsPerGigabyte is { } each ? Math.Round(bytes / 1e9 * each / 3_600, CpuDigits) : null,
            CostUsd = new RunCost(Cost(prices.Value.R2, requests), Cost(prices.Value.S3, requests)),
            Hours = hours is 0 && assets > 0 ? null : hours,
        };
    }

    private static double Cost(ProviderPrices prices, RunRequests requests) =>
        Math.Round(((requests.ClassA * prices.PutPerMillion) + (requests.ClassB * prices.GetPerMillion)) / 1_000_000, 4);

    // The statement ends at the limit; the plan then takes what the database expects of the query.
    private async Task<(int Count, bool IsEstimate)> CountAsync(IQueryable<Asset> assets, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMilliseconds(options.Value.CountMilliseconds));
        try
        {
            return (await assets.CountAsync(db.CanEstimate ? limit.Token : cancellationToken), false);
        }
        catch (Exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return ((int)Math.Min(int.MaxValue, await db.EstimateAsync(assets, cancellationToken)), true);
        }
    }

    // Rows that cannot be read would fail the whole list.
    private async Task<IReadOnlyList<Asset>> SampleAsync(IQueryable<Asset> assets, CancellationToken cancellationToken)
    {
        var store = new AssetStore(db);
        var oldest = await store.ListAsync(assets.OrderBy(a => a.Id).Take(SampleSize / 2), cancellationToken);
        var newest = await store.ListAsync(assets.OrderByDescending(a => a.Id).Take(SampleSize / 2), cancellationToken);
        return [.. oldest.Concat(newest).Select(row => row.Asset).OfType<Asset>().DistinctBy(a => a.Id)];
    }

    private async Task<RevisionWork> WorkAsync(IReadOnlyList<Asset> sample, Dictionary<string, string> profiles, int assets, CancellationToken cancellationToken)
    {
        if (sample.Count == 0) return new RevisionWork(0, 0, 0, 0);
        List<string> fingerprints = [.. sample.Select(a => a.ProfileFingerprint).OfType<string>().Concat(profiles.Values).Distinct(StringComparer.Ordinal)];
        var known = await db.ProfileFingerprints.AsNoTracking().Where(p => fingerprints.Contains(p.Fingerprint)).ToListAsync(cancellationToken);
        var variants = known.ToDictionary(p => p.Fingerprint, p => ProfileVariants.Read(p.Variants), StringComparer.Ordinal);
        return new RevisionForecast(profiles, variants, writesManifests: manifests?.KeyId is not null).Of(sample).Times((double)assets / sample.Count);
    }

    private async Task<IReadOnlyDictionary<string, int>> SkippedAsync(
        RunRequest request, IQueryable<Asset> matching, int assets, bool isEstimate, CancellationToken cancellationToken)
    {
        var skipped = new SortedDictionary<string, int>(StringComparer.Ordinal);
        if (isEstimate) return skipped;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMilliseconds(options.Value.CountMilliseconds));
        try
        {
            var all = await matching.GroupBy(a => a.Status).Select(same => new { Status = same.Key, Count = same.Count() }).ToListAsync(db.CanEstimate ? limit.Token : cancellationToken);
            var taken = await RunQuery.Of(request.Kind, matching).GroupBy(a => a.Status).Select(same => new { Status = same.Key, Count = same.Count() })
                .ToDictionaryAsync(same => same.Status, same => same.Count, db.CanEstimate ? limit.Token : cancellationToken);
            foreach (var same in all)
                if (same.Count - taken.GetValueOrDefault(same.Status) is > 0 and var left) skipped[AssetView.Word(same.Status)] = left;
            if ((request.Filter.IdCount ?? request.Filter.Ids?.Distinct().Count()) is { } named && request.Filter.WithoutIds() with { All = null } == new RunFilter() && named - all.Sum(s => s.Count) is > 0 and var missing)
                skipped[RunSkip.NotFound] = missing;
        }
        catch (Exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The reasons are a help; the plan is right without them.
        }

        return skipped;
    }

    // By the last runs, which met the same machines and photos; else by the places of the workers that are up.
    private async Task<double?> HoursAsync(string kind, int assets, CancellationToken cancellationToken)
    {
        if (await LastHoursAsync(kind, assets, cancellationToken) is { } known) return known;
        var heard = time.GetUtcNow() - WorkerCapacity.Heard;
        var places = await db.Workers.Where(w => w.HeardAt >= heard).SumAsync(w => w.ReprocessConcurrency, cancellationToken);
        return places == 0 ? null : Math.Round(assets * options.Value.CpuSecondsPerAsset / places / 3_600, 3);
    }

    // Null if no such run has ended.
    private async Task<double?> LastHoursAsync(string kind, int assets, CancellationToken cancellationToken)
    {
        if (assets == 0) return 0;
        var last = await db.Runs.AsNoTracking()
            .Where(r => r.State == RunState.Completed && r.Kind == kind && r.AppliedAt != null && r.Planned >= SampleSize)
            .OrderByDescending(r => r.Id).Take(LastRuns).ToListAsync(cancellationToken);
        var seconds = last.Sum(r => (r.EndedAt!.Value - r.AppliedAt!.Value).TotalSeconds);
        return seconds > 0 ? Math.Round(assets / (last.Sum(r => r.Planned) / seconds) / 3_600, 3) : null;
    }
}
