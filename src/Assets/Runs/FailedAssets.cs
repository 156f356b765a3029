using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;

namespace Pipeline.Assets.Runs;

/// <param name="Code">The code of the failure.</param>
/// <param name="Count">Assets whose last revision failed with it.</param>
/// <param name="FirstAt">When the first of them changed last.</param>
/// <param name="LastAt">When the last of them changed last.</param>
/// <param name="ExampleId">The newest of them.</param>
/// <param name="ExampleReason">Its reason.</param>
/// <param name="Advice">What to do.</param>
public sealed record FailedGroup(string Code, int Count, DateTimeOffset FirstAt, DateTimeOffset LastAt, Guid ExampleId, string? ExampleReason, string Advice);

/// <summary>The assets of a tenant whose last revision failed for good, by code.</summary>
public sealed class FailedAssets(AssetDbContext db)
{
    public async Task<IReadOnlyList<FailedGroup>> ReadAsync(Caller caller, CancellationToken cancellationToken)
    {
        var failed = RunQuery.Failed(db.Assets.AsNoTracking().Where(a => a.TenantId == caller.TenantId));
        var groups = await failed.GroupBy(a => a.FailureCode!)
            .Select(same => new { Code = same.Key, Count = same.Count(), First = same.Min(a => a.UpdatedAt), Last = same.Max(a => a.UpdatedAt) })
            .ToListAsync(cancellationToken);
        var list = new List<FailedGroup>();
        foreach (var group in groups.OrderByDescending(g => g.Count).ThenBy(g => g.Code, StringComparer.Ordinal))
        {
            var example = await failed.Where(a => a.FailureCode == group.Code).OrderByDescending(a => a.Id).Select(a => new { a.Id, a.FailureReason }).FirstOrDefaultAsync(cancellationToken);
            if (example is not null) list.Add(new FailedGroup(group.Code, group.Count, group.First, group.Last, example.Id, example.FailureReason, AdviceOn(group.Code)));
        }

        return list;
    }

    internal static string AdviceOn(string code) => code switch
    {
        FailureCode.ScannerUnavailable => "Check clamd and its signatures, then retry.",
        FailureCode.StorageUnavailable => "Check the store and the worker's keys, then retry.",
        FailureCode.SourceMissing => "The original is gone: restore it, or discard the assets.",
        FailureCode.UnknownProfile => "Add the profile to the workers' settings, then retry.",
        FailureCode.WatermarkMissing => "Put the watermark where the profile names it, then retry.",
        FailureCode.WorkerLost => "Look for killed workers and their memory in the log, then retry a few.",
        FailureCode.WorkerOverloaded => "Add workers or lower their concurrency, then retry.",
        _ => "See the worker's log, then retry.",
    };
}
