using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Grouping;
using Pipeline.Assets.Limits;

namespace Pipeline.Assets.Uploads;

/// <summary>
/// Adds uploads that are requested at the same time in one transaction: its round trips and its commit are most of the cost of a single one. Each request
/// ends after the commit. Whatever one request causes, a limit that it would pass or a row that the database refuses, the others are added without it.
/// </summary>
public sealed class UploadGroups
{
    // Two: while one group waits for its commit, the next is prepared.
    private const int AtOnce = 2;

    // Requests that cannot share a transaction.
    private const int AloneAtOnce = 4;
    private const int MostRequests = 64;
    private const int MostSuspects = 10_000;
    private static readonly TimeSpan SuspectFor = TimeSpan.FromMinutes(1);

    private readonly IUploadRows _rows;
    private readonly IOptions<UploadOptions> _options;
    private readonly IOptions<LimitsOptions> _limits;
    private readonly TimeProvider _time;
    private readonly Grouper<NewUploads> _together;
    private readonly Grouper<NewUploads> _alone;
    private readonly ConcurrentDictionary<UploadOwner, long> _suspects = new();

    public UploadGroups(IUploadRows rows, IOptions<UploadOptions> options, IOptions<LimitsOptions> limits, TimeProvider time)
    {
        (_rows, _options, _limits, _time) = (rows, options, limits, time);
        CountsTenants = limits.Value.CountsTenants;
        _together = new Grouper<NewUploads>(AtOnce, MostRequests, AddTogetherAsync);
        _alone = new Grouper<NewUploads>(AloneAtOnce, most: 1, group => AddAloneAsync(group[0]));
    }

    /// <summary>Whether tenants are counted as a whole; see <see cref="LimitsOptions"/>.</summary>
    internal bool CountsTenants { get; init; }

    /// <summary>Adds all uploads of a request, or none.</summary>
    /// <returns>Null if they were added.</returns>
    internal Task<NotAdded?> TryAddAsync(NewUploads uploads)
    {
        (IsSuspect(uploads.Owner) ? _alone : _together).Add(uploads);
        return uploads.End;
    }

    private async Task AddTogetherAsync(IReadOnlyList<NewUploads> group)
    {
        var open = group.Where(uploads => !uploads.Cancelled.IsCancellationRequested).ToList();
        if (open.Count == 0) return;
        try
        {
            var added = await TryCommitAsync(open);
            if (added is null) foreach (var uploads in open) _alone.Add(uploads);
        }
        catch (DbException e) when (open.Count > 1 && e.SqlState is { Length: 5 })
        {
            // The database has refused a statement, and nothing is committed: each alone, so that the fault meets the request that causes it.
            foreach (var uploads in open) _alone.Add(uploads);
        }
        catch (Exception e) when (open.TrueForAll(uploads => uploads.Fail(e)))
        {
            // Each request throws it.
        }
    }

    private async Task AddAloneAsync(NewUploads uploads)
    {
        if (uploads.Cancelled.IsCancellationRequested) return;
        try
        {
            await using var transaction = await _rows.BeginAsync([uploads.Owner], waits: true);
            var share = transaction.Shares[uploads.Owner];
            if (IsTooMuch(share, uploads))
            {
                uploads.Ended(new NotAdded.TooManyPending(Since(share, uploads)));
                return;
            }

            // The counters are locked since they were raised, so what passes a limit here is the last one that would; it is rolled back.
            var counters = await AddAsync(transaction, [uploads]);
            if (ReachedLimit.Find(counters, uploads.Assets.Count, uploads.Bytes, _limits.Value) is { } reached)
            {
                Suspect(uploads.Owner);
                uploads.Ended(new NotAdded.OverLimit(reached));
                return;
            }

            await CommitAsync(transaction, [uploads]);
        }
        catch (Exception e) when (uploads.Fail(e))
        {
            // The request throws it.
        }
    }

    /// <returns>Null if a limit would be passed; then nothing is added.</returns>
    private async Task<IReadOnlyList<NewUploads>?> TryCommitAsync(List<NewUploads> group)
    {
        await using var transaction = await _rows.BeginAsync(group.ConvertAll(uploads => uploads.Owner).ToHashSet(), waits: false);
        var (shares, added, refused) = (transaction.Shares.ToDictionary(), new List<NewUploads>(), new List<(NewUploads Uploads, PendingShare Share)>());
        foreach (var uploads in group)
        {
            if (!shares.TryGetValue(uploads.Owner, out var share))
            {
                _alone.Add(uploads);
                continue;
            }

            if (IsTooMuch(share, uploads))
            {
                refused.Add((uploads, Since(share, uploads)));
                continue;
            }

            added.Add(uploads);
            shares[uploads.Owner] = new PendingShare(share.Count + uploads.Assets.Count, share.Bytes + uploads.Bytes, Since(share, uploads).Oldest);
        }

        foreach (var (uploads, share) in refused) uploads.Ended(new NotAdded.TooManyPending(share));
        group.Clear();
        group.AddRange(added);
        if (added.Count == 0) return added;
        var counters = await AddAsync(transaction, added);

        // Counters only grow in this transaction, so if the last state passes no limit, no request has.
        if (added.Exists(uploads => IsReached(counters, uploads))) return null;
        await CommitAsync(transaction, added);
        return added;
    }

    private bool IsReached(IReadOnlyList<UsageCounter> counters, NewUploads uploads)
    {
        var own = counters.Where(c => c.TenantId == uploads.Owner.TenantId && (c.UserId == uploads.Owner.UserId || c.UserId == UsageCounter.WholeTenant)).ToList();
        return ReachedLimit.Find(own, uploads.Assets.Count, uploads.Bytes, _limits.Value) is not null;
    }

    private Task<IReadOnlyList<UsageCounter>> AddAsync(IUploadTransaction transaction, List<NewUploads> uploads)
    {
        List<Asset> assets = [.. uploads.SelectMany(one => one.Assets)];
        var changes = UsageChange.OfNew(assets, CountsTenants)
            .Select(change => new UsageCounter { TenantId = change.TenantId, UserId = change.UserId, Day = change.Day, Files = change.Files, Bytes = change.Bytes });
        return transaction.AddAsync(assets, [.. uploads.SelectMany(one => one.Events)], [.. uploads.Where(one => one.Batch is not null).Select(one => one.Batch!)], [.. changes]);
    }

    // These events are not delivered, so the feed has nothing to number.
    private static async Task CommitAsync(IUploadTransaction transaction, List<NewUploads> uploads)
    {
        await transaction.CommitAsync();
        foreach (var one in uploads)
        {
            AssetMetrics.Saved(one.Assets[0], one.Events);
            one.Ended(why: null);
        }
    }

    private bool IsTooMuch(PendingShare share, NewUploads uploads) =>
        share.Count + uploads.Assets.Count > _options.Value.PendingPerOwner || share.Bytes > _options.Value.PendingBytesPerOwner - uploads.Bytes;

    // Without anything pending, the time counts from this request.
    private static PendingShare Since(PendingShare share, NewUploads uploads) => share.Count > 0 ? share : share with { Oldest = uploads.Assets[0].CreatedAt };

    // An owner at a limit would make every group begin twice.
    private void Suspect(UploadOwner owner)
    {
        if (_suspects.Count >= MostSuspects) _suspects.Clear();
        _suspects[owner] = _time.GetTimestamp();
    }

    private bool IsSuspect(UploadOwner owner)
    {
        if (_suspects.IsEmpty || !_suspects.TryGetValue(owner, out var since)) return false;
        if (_time.GetElapsedTime(since) < SuspectFor) return true;
        _suspects.TryRemove(owner, out _);
        return false;
    }
}
