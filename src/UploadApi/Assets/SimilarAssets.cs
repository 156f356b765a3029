using System.Numerics;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.Storage;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Assets;

/// <param name="Distance">How many of the 64 bits of the perceptual hashes differ; 0 if the pictures look the same.</param>
/// <param name="Asset">The other asset.</param>
public sealed record SimilarAsset(int Distance, AssetView Asset);

/// <param name="Items">The nearest first; at equal distance the newest first.</param>
public sealed record SimilarPage(IReadOnlyList<SimilarAsset> Items);

/// <summary><c>GET /api/assets/{id}/similar</c>: the owner's pictures that look like this one.</summary>
internal sealed class SimilarAssets(AssetDbContext db, AssetStore assets, ProfileRegistry profiles, StorageAreas areas)
{
    private const int DefaultDistance = 6;
    private const int MaxDistance = 16;
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    public async Task<IResult> HandleAsync(Guid id, ClaimsPrincipal user, int? distance, int? limit, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (distance is < 0 or > MaxDistance) errors["distance"] = [$"must be 0 to {MaxDistance}"];
        if (limit is < 1 or > MaxLimit) errors["limit"] = [$"must be 1 to {MaxLimit}"];
        if (errors.Count > 0) return Problem.Invalid(errors).ToResult();

        var caller = user.ToCaller();
        if (await assets.FindAsync(id, caller, cancellationToken) is not { } asset) return Problem.NotFound().ToResult();
        if (!Hex64.Is(asset.PerceptualHash)) return Problem.NoPerceptualHash(AssetView.Word(asset.Status)).ToResult();
        var near = await NearestAsync(asset, caller, distance ?? DefaultDistance, limit ?? DefaultLimit, cancellationToken);

        var ids = near.Keys.ToList();
        var rows = (await assets.ListAsync(db.Assets.Of(caller).Where(a => ids.Contains(a.Id)), cancellationToken)).Select(row => row.Asset).OfType<Asset>().ToList();
        var staleness = await profiles.StalenessAsync(rows, cancellationToken);
        return Results.Ok(new SimilarPage(
        [
            .. rows.Where(row => row.Status == AssetStatus.Ready)
                .OrderBy(row => near[row.Id]).ThenByDescending(row => row.Id)
                .Select(row => new SimilarAsset(near[row.Id], AssetView.Of(row, areas, staleness.Of(row)))),
        ]));
    }

    // Neither database can count bits by an index, so compare with every hash of the owner: they are few, and an index holds all of them.
    private async Task<Dictionary<Guid, int>> NearestAsync(Asset asset, Caller caller, int distance, int limit, CancellationToken cancellationToken)
    {
        var hash = Hex64.Parse(asset.PerceptualHash!);
        var hashes = db.Assets.Of(caller).AsNoTracking()
            .Where(a => a.PerceptualHash != null)
            .Select(a => new { a.Id, a.PerceptualHash })
            .AsAsyncEnumerable();

        // The farthest is on top, so that a nearer one replaces it.
        var near = new PriorityQueue<Guid, (int Distance, Guid Id)>(limit + 1, Comparer<(int Distance, Guid Id)>.Create(FarthestFirst));
        await foreach (var other in hashes.WithCancellation(cancellationToken))
        {
            if (!Hex64.Is(other.PerceptualHash)) continue;
            var bits = BitOperations.PopCount(hash ^ Hex64.Parse(other.PerceptualHash!));
            if (bits > distance || other.Id == asset.Id) continue;
            near.Enqueue(other.Id, (bits, other.Id));
            if (near.Count > limit) near.Dequeue();
        }

        return near.UnorderedItems.ToDictionary(item => item.Element, item => item.Priority.Distance);
    }

    // At equal distance, the oldest counts as the farthest.
    private static int FarthestFirst((int Distance, Guid Id) one, (int Distance, Guid Id) other) =>
        one.Distance == other.Distance ? one.Id.CompareTo(other.Id) : other.Distance.CompareTo(one.Distance);
}
