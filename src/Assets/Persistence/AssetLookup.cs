using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.Grouping;
using Pipeline.Assets.Profiles;

namespace Pipeline.Assets.Persistence;

/// <param name="Asset">The asset. Several callers may share it, so nobody changes it.</param>
/// <param name="Stale">Why it is stale; null if it is not.</param>
public sealed record FoundAsset(Asset Asset, StaleReason? Stale);

/// <summary>Reads one asset for its owner. Requests that come at the same time share a query: of a read by itself, nearly all of the time goes to the query and not to the row.</summary>
public sealed class AssetLookup
{
    private const int AtOnce = 2;
    private const int MostRequests = 64;

    private readonly IServiceScopeFactory _scopes;
    private readonly Grouper<Request> _requests;

    public AssetLookup(IServiceScopeFactory scopes)
    {
        _scopes = scopes;
        _requests = new Grouper<Request>(AtOnce, MostRequests, FindAsync);
    }

    /// <summary>The asset if it belongs to the caller, as it is after this call began; null for another owner's asset.</summary>
    public Task<FoundAsset?> FindAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var request = new Request(id, caller);
        _requests.Add(request);
        return request.Answer.Task.WaitAsync(cancellationToken);
    }

    private async Task FindAsync(IReadOnlyList<Request> group)
    {
        try
        {
            var found = await ReadAsync([.. group.Select(request => request.Id).Distinct()]);
            foreach (var request in group)
                request.Answer.Set(found.TryGetValue(request.Id, out var one) && one.Asset.TenantId == request.Caller.TenantId && one.Asset.OwnerId == request.Caller.UserId ? one : null);
        }
        catch (Exception) when (group.Count > 1)
        {
            // Each alone, so that a row that cannot be read fails its own requests only.
            foreach (var request in group) await FindAsync([request]);
        }
        catch (Exception e) when (group[0].Answer.Fail(e))
        {
            // The request throws it.
        }
    }

    private async Task<Dictionary<Guid, FoundAsset>> ReadAsync(Guid[] ids)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssetDbContext>();
        var assets = new List<Asset>(ids.Length);
        await foreach (var asset in AssetQueries.Of(db).OfIds(db, ids)) assets.Add(asset);
        var staleness = await scope.ServiceProvider.GetRequiredService<ProfileRegistry>().StalenessAsync(assets, CancellationToken.None);
        return assets.ToDictionary(asset => asset.Id, asset => new FoundAsset(asset, staleness.Of(asset)));
    }

    private sealed record Request(Guid Id, Caller Caller)
    {
        public GroupedAnswer<FoundAsset?> Answer { get; } = new();
    }
}
