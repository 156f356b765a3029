using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Assets;

/// <summary><c>GET /api/assets/{id}</c>: one asset, for its owner.</summary>
internal sealed class AssetEndpoint(AssetLookup lookup, StorageAreas areas)
{
    public async Task<IResult> HandleAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await FindAsync(id, user.ToCaller(), cancellationToken) is { } view ? Results.Ok(view) : Problem.NotFound().ToResult();

    /// <returns>Null if the caller has no asset with this id.</returns>
    public async Task<AssetView?> FindAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        await lookup.FindAsync(id, caller, cancellationToken) is { } found ? AssetView.Of(found.Asset, areas, found.Stale) : null;
}
