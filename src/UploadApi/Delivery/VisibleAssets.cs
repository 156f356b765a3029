using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Delivery;

/// <summary>An asset that a request without or with a token may show.</summary>
/// <param name="Publication">Its published variants.</param>
/// <param name="IsPrivate">The request sees it only because of its token, so no cache may keep the response.</param>
internal sealed record VisibleAsset(Publication Publication, bool IsPrivate);

/// <summary>Public assets for everyone, private ones for their owner and admins of their tenant.</summary>
internal sealed class VisibleAssets(AssetDbContext db, StorageAreas areas)
{
    // Short, because a reprocess changes the keys, and pages should follow soon.
    private const string Public = "public, max-age=60";

    /// <returns>Null for everything that the user may not see, as if it did not exist.</returns>
    public async Task<VisibleAsset?> FindAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var asset = await db.Assets.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
        return asset?.Publication is { } published && (!asset.IsPrivate || IsReader(user, asset)) ? new VisibleAsset(published, asset.IsPrivate) : null;
    }

    /// <summary>The URL of a variant: the public one, or one that expires. A variant that waits for its move is still in the private area.</summary>
    public Uri UrlOf(VisibleAsset asset, AssetVariant variant, TimeSpan validFor)
    {
        var key = ObjectKey.Parse(variant.Key);
        return asset.IsPrivate || ObjectKey.IsPrivateVariant(key.Value)
            ? areas.Downloads.SignGet(key, new DownloadTerms(), validFor).Url
            : areas.PublicUrl(key);
    }

    /// <summary>Sets Cache-Control: nothing that a token has shown is kept, and neither is an error, which may soon be over.</summary>
    public static void SetCaching(HttpResponse response, VisibleAsset? asset) => response.Headers.CacheControl =
        asset is { IsPrivate: false } && asset.Publication.Shown().All(v => !ObjectKey.IsPrivateVariant(v.Key)) ? Public : NotStored.CacheControl;

    private static bool IsReader(ClaimsPrincipal user, Asset asset) => user.Identity?.IsAuthenticated == true
        && user.ToCaller() is var caller && caller.TenantId == asset.TenantId && (caller.IsAdmin || caller.UserId == asset.OwnerId);
}
