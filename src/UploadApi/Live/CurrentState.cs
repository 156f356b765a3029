using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.Storage;

namespace Pipeline.UploadApi.Live;

/// <summary>What a stream shows first.</summary>
/// <param name="Frames">The messages.</param>
/// <param name="InWork">The assets among them whose steps can follow.</param>
/// <param name="End">Whether anything follows.</param>
internal sealed record StreamStart(IReadOnlyList<EventFrame> Frames, IReadOnlyList<(Guid Id, Guid? BatchId)> InWork, StreamEnd End);

/// <summary>Makes the messages that show the current state to a stream that resumes from no event.</summary>
internal sealed class CurrentState(AssetDbContext db, AssetStore assets, StreamReads reads, ProfileRegistry profiles, StorageAreas areas, TimeProvider time)
{
    // Of one's own assets only those in work are shown.
    private const int MostOwn = 100;

    /// <param name="caller">The owner.</param>
    /// <param name="scope">The asset or batch exists.</param>
    /// <param name="upTo">Place in the feed after which the stream hears all events.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<StreamStart> ReadAsync(Caller caller, StreamScope scope, long upTo, CancellationToken cancellationToken) =>
        scope.IsAsset ? OfAssetAsync(caller, scope, upTo, cancellationToken)
        : scope.IsBatch ? OfBatchAsync(caller, scope, upTo, cancellationToken)
        : OfOwnAsync(caller, upTo, cancellationToken);

    private async Task<StreamStart> OfAssetAsync(Caller caller, StreamScope scope, long upTo, CancellationToken cancellationToken)
    {
        var id = scope.Id;
        var shown = await ListAsync(db.Assets.Of(caller).Where(a => a.Id == id), cancellationToken);
        var end = await reads.EndAsync(caller, scope, long.MaxValue, cancellationToken);
        var (_, last) = await reads.LastEventsAsync([id], upTo, cancellationToken);
        var frames = await ViewsAsync(shown, new Dictionary<Guid, string>(), cancellationToken);

        // The state shows the last event even if that has no number yet.
        var isOver = shown is [var asset] && IsOver(asset);
        return new StreamStart([.. frames.Select(view => EventFrame.Status(OfEvent(view, last, isOver), last))], InWork(shown), end with { IsOver = isOver });
    }

    private async Task<StreamStart> OfBatchAsync(Caller caller, StreamScope scope, long upTo, CancellationToken cancellationToken)
    {
        var id = scope.Id;
        var batch = await db.Batches.Of(caller).AsNoTracking().SingleAsync(b => b.Id == id, cancellationToken);
        var shown = await ListAsync(db.Assets.Of(caller).Where(a => a.BatchId == id).OrderBy(a => a.BatchIndex), cancellationToken);
        var (ids, last) = await reads.LastEventsAsync([id, .. shown.Select(a => a.Id)], upTo, cancellationToken);
        List<StatusEvent> views = [.. await ViewsAsync(shown, ids, cancellationToken)];
        if (batch.CompletedAt is { } completed) views.Add(Completed(batch, completed, shown, ids.GetValueOrDefault(id)));
        return new StreamStart(Several(views, last), InWork(shown), new StreamEnd(batch.CompletedAt is not null, Newest: 0));
    }

    private async Task<StreamStart> OfOwnAsync(Caller caller, long upTo, CancellationToken cancellationToken)
    {
        var newest = db.Assets.Of(caller).Where(a => a.Status == AssetStatus.Queued || a.Status == AssetStatus.Processing).OrderByDescending(a => a.Id).Take(MostOwn);
        var shown = (await ListAsync(newest, cancellationToken)).Reverse().ToList();
        var (ids, _) = await reads.LastEventsAsync([.. shown.Select(a => a.Id)], upTo, cancellationToken);

        // A client without an id would come back without one, and miss the assets that were in work only while it was away.
        var last = await reads.LastEventAsync(caller, upTo, cancellationToken) ?? EventId.Start(time.GetUtcNow()).ToString();
        return new StreamStart(Several(await ViewsAsync(shown, ids, cancellationToken), last), InWork(shown), new StreamEnd(IsOver: false, Newest: 0));
    }

    // A client that is cut off between the states would resume from an event that others precede, so only the end sets its last id.
    private static List<EventFrame> Several(IEnumerable<StatusEvent> views, string? last)
    {
        List<EventFrame> frames = [.. views.Select(view => EventFrame.Status(view, resumeFrom: null))];
        if (last is not null) frames.Add(EventFrame.ResumeFrom(last));
        return frames;
    }

    private static StatusEvent Completed(Batch batch, DateTimeOffset at, IReadOnlyList<Asset> shown, string? id)
    {
        var view = batch.View([.. shown.Select(a => a.Status)], [.. shown.Select(a => new BatchMember(a.Id, AssetView.Word(a.Status)))]);
        return new StatusEvent(id, EventType.BatchCompleted, at, Sequence: 1, view.Status, Step: null, view);
    }

    // Changes that are no events, such as cleanups, also count upwards. Once nothing follows, the state is that event, and has its sequence.
    private static StatusEvent OfEvent(StatusEvent view, string? id, bool isOver) =>
        view with { Id = id, Sequence = isOver && EventId.TryParse(id, out var last) ? last.Sequence : view.Sequence };

    private static bool IsOver(Asset asset) => asset.Status.IsFinal() && asset.Work == WorkState.Idle;

    private static IReadOnlyList<(Guid Id, Guid? BatchId)> InWork(IEnumerable<Asset> shown) =>
        [.. shown.Where(a => !IsOver(a)).Select(a => (a.Id, a.BatchId))];

    private async Task<IReadOnlyList<Asset>> ListAsync(IQueryable<Asset> rows, CancellationToken cancellationToken) =>
        [.. (await assets.ListAsync(rows, cancellationToken)).Select(row => row.Asset).OfType<Asset>()];

    private async Task<IEnumerable<StatusEvent>> ViewsAsync(IReadOnlyList<Asset> shown, IReadOnlyDictionary<Guid, string> ids, CancellationToken cancellationToken)
    {
        var staleness = await profiles.StalenessAsync(shown, cancellationToken);
        return shown.Select(asset =>
        {
            var status = AssetView.Word(asset.Status);
            var view = new StatusEvent(Id: null, $"asset.{status}", asset.UpdatedAt, asset.Version, status, Step: null, AssetView.Of(asset, areas, staleness.Of(asset)));
            return OfEvent(view, ids.GetValueOrDefault(asset.Id), IsOver(asset));
        });
    }
}
