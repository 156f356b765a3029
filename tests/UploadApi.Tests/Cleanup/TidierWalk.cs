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
/// focal point decides the recipe, and there are two focal points, so that revisions share recipes.
/// </summary>
internal sealed class TidierWalk : IDisposable
{
    private readonly Backroom _room = new();
    private readonly HeldDeletions _store;
    private readonly List<(IProcessingRequest Request, bool HasWritten)> _workers = [];

    public TidierWalk()
    {
        (_room.Dispatch.MaxAttempts, _room.Cleanup.KeepSupersededSeconds) = (1, 10);
        _store = new HeldDeletions(_room.Store);
    }

    private Guid Id { get; set; }

    /// <summary>Number of publications.</summary>
    public int Publications { get; private set; }

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

    public void Dispose() => _room.Dispose();

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
                _workers.Add((DispatchRequest.For(await _room.ChangeAsync(Id, Claim)), false));
                break;
            case Move.Write when at >= 0:
                await _room.PutAsync(Made.Keys(Made.By(_workers[at].Request, RecipeOf(_workers[at].Request))));
                _workers[at] = (_workers[at].Request, true);
                break;
            case Move.TellReady when at >= 0 && _workers[at].HasWritten:
                var ready = Made.By(_workers[at].Request, RecipeOf(_workers[at].Request));
                var published = false;
                await _room.ChangeAsync(Id, a => published = a.MarkReady(ready, _room.Now));
                if (published) Publications++;
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

    // Workers get only requests that the dispatcher has claimed, and the bus may deliver one to several workers.
    private bool Claim(Asset asset)
    {
        if (asset.IsInFlight) return false;
        asset.ClaimDispatch(_room.Now + TimeSpan.FromSeconds(30), _room.Now);
        return true;
    }

    private static string RecipeOf(IProcessingRequest request) => request.FocalPoint is { X: 0 } ? "00000000000000aa" : "00000000000000bb";
}
