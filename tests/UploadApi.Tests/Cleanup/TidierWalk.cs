using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Contracts;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Cleanup;

internal enum Move
{
    Reprocess, Focus, Take, Write, TellReady, TellFailed, Die, Tidy, LandDeletions, Wait,
}

/// <param name="Who">Index of the worker, among those with a request in work.</param>
/// <param name="Inside">Event inside the cleanup's first call to the store, for <see cref="Move.Tidy"/>.</param>
internal sealed record TidierStep(Move Move, int Who, Move Inside);

/// <summary>
/// One asset with a real row and real objects, workers with requests of any age in work, and a cleanup whose deletions are late. The
/// focal point and the worker's configuration decide the recipe of the JPEG, and there are four, so that revisions share recipes. The WebP
/// never changes, so revisions keep it.
/// </summary>
internal sealed class TidierWalk : IDisposable
{
    private readonly Backroom _room = new();
    private readonly HeldDeletions _store;
    private readonly List<(ProcessingRequest Request, string Recipe, bool HasWritten)> _workers = [];

    public TidierWalk()
    {
        (_room.Dispatch.MaxAttempts, _room.Cleanup.KeepSupersededSeconds) = (1, 10);
        _store = new HeldDeletions(_room.Store);
    }

    private Guid Id { get; set; }

    /// <summary>Number of publications.</summary>
    public int Publications { get; private set; }

    /// <summary>Number of variants that a revision has published and an earlier one has written.</summary>
    public int Kept { get; private set; }

    /// <summary>Number of decided deletions.</summary>
    public async Task<int> GivenUpAsync() => (await _room.RowAsync(Id)).KeyGeneration;

    public async Task StartAsync()
    {
        var asset = await _room.AddConfirmedAsync();
        Id = asset.Id;
        await _room.PutAsync(asset.IncomingKey);
    }

    public async Task TakeAsync(TidierStep step)
    {
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        if (step.Move != Move.Tidy)
        {
            await TakeAsync(step.Move, step.Who);
            return;
        }

        await NoteAsync();
        var inside = step.Inside;
        await _room.TidyAsync(new InterruptedStore(_store, async _ =>
        {
            var move = inside;
            inside = Move.Wait;
            if (move != Move.Tidy) await TakeAsync(move, step.Who);
        }));
    }

    /// <summary>Objects that the row publishes but the store does not have.</summary>
    public async Task<IReadOnlyList<string>> MissingAsync()
    {
        var published = (await _room.RowAsync(Id)).Publication;
        if (published is null) return [];
        return [.. new[] { published.Original.Key }.Concat(published.Variants.Select(v => v.Key)).Except(await _room.KeysAsync())];
    }

    /// <summary>How many cleanups looked at the asset while its row named all objects and some of them were not shown any more.</summary>
    public int ByName { get; private set; }

    /// <summary>Objects that the store has and the row does not need, after all workers have told how they ended and all times are over.</summary>
    public async Task<IReadOnlyList<string>> LeftAsync()
    {
        while (_workers.Count > 0)
        {
            var (request, _, hasWritten) = _workers[0];
            if (hasWritten) await TakeAsync(Move.TellReady, 0);
            else _workers.RemoveAt(0);
            _room.Time.Advance(TimeSpan.FromSeconds(1));
        }

        // What nobody takes any more fails in the end, as the rescuer decides it.
        while (await _room.RowAsync(Id) is { Work: not WorkState.Idle } busy)
            await _room.ChangeAsync(Id, a => a.AttemptFailed(Some.Failed(a, busy.Revision, busy.Attempt), _room.Retries, _room.Now));
        for (var day = 0; day < 4; day++)
        {
            await NoteAsync();
            await _room.TidyAsync(_store);
            await _store.LandAsync();
            _room.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        }

        var row = await _room.RowAsync(Id);
        var needed = row.Publication is { } p ? p.Variants.Select(v => v.Key).Append(p.Original.Key) : [];
        return [.. (await _room.KeysAsync()).Except(needed).Where(key => key != row.IncomingKey)];
    }

    public void Dispose() => _room.Dispose();

    private async Task NoteAsync()
    {
        if (await _room.RowAsync(Id) is { NamesAllObjects: true, FormerKeys: not null, Work: WorkState.Idle }) ByName++;
    }

    private async Task TakeAsync(Move move, int who)
    {
        var at = _workers.Count == 0 ? -1 : who % _workers.Count;
        switch (move)
        {
            case Move.Reprocess:
                await _room.ChangeAsync(Id, a => a.Reprocess(_room.Now));
                break;
            case Move.Focus:
                await _room.ChangeAsync(Id, a => a.Focus(new FocalPoint { X = a.FocalPoint is { X: 0 } ? 1 : 0, Y = 0 }, _room.Now));
                break;
            case Move.Take when await _room.RowAsync(Id) is { Work: not WorkState.Idle }:
                var request = DispatchRequest.For(await _room.ChangeAsync(Id, Claim));
                _workers.Add((request, RecipeOf(request, who), false));
                break;
            case Move.Write when at >= 0:
                if (!_workers[at].HasWritten) await TellStartedAsync(_workers[at].Request);
                await _room.PutAsync(Made.Written(_workers[at].Request, _workers[at].Recipe));
                _workers[at] = _workers[at] with { HasWritten = true };
                break;
            case Move.TellReady when at >= 0 && _workers[at].HasWritten:
                var ready = Made.By(_workers[at].Request, _workers[at].Recipe);
                var published = false;
                await TellAsync(a => published = a.MarkReady(ready, _room.Now), _room.Now);
                if (published) Publications++;
                if (published && _workers[at].Request.Published is { } before) Kept += ready.Variants.Count(before.Variants.Contains);
                _workers.RemoveAt(at);
                break;
            case Move.TellFailed when at >= 0:
                var failed = Some.Failed(await _room.RowAsync(Id), _workers[at].Request.Revision, _workers[at].Request.Attempt);
                await _room.ChangeAsync(Id, a => a.AttemptFailed(failed, _room.Retries, _room.Now));
                break;
            case Move.Die when at >= 0:
                _workers.RemoveAt(at);
                break;
            case Move.LandDeletions:
                await _store.LandAsync();
                break;
            case Move.Wait:
                _room.Time.Advance(TimeSpan.FromDays(1));
                break;
        }
    }

    // As OutcomeWriter does: a worker that the row knows nothing of may leave objects.
    private async Task TellAsync(Func<Asset, bool> change, DateTimeOffset find)
    {
        var isTaken = false;
        await _room.ChangeAsync(Id, a => isTaken = change(a));
        if (!isTaken) await _room.ChangeAsync(Id, a => a.FindObjects(find));
    }

    private Task TellStartedAsync(ProcessingRequest request)
    {
        var started = new ProcessingStarted { AssetId = Id, Revision = request.Revision, Attempt = request.Attempt, Worker = "worker (1.0)" };
        return TellAsync(a => a.Started(started, _room.Now), _room.Now + TimeSpan.FromDays(1));
    }

    // Workers get only requests that the dispatcher has claimed, and the bus may deliver one to several workers.
    private bool Claim(Asset asset)
    {
        if (asset.IsInFlight) return false;
        asset.ClaimDispatch(_room.Now + TimeSpan.FromSeconds(30), _room.Now);
        return true;
    }

    private static string RecipeOf(ProcessingRequest request, int worker) =>
        $"{(request.FocalPoint is { X: 0 } ? "left" : "right")} {(worker == 3 ? "other" : "usual")} configuration";
}
