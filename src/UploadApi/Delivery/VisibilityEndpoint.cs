using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets;
using Pipeline.Assets.Commands;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Delivery;

/// <summary>What to change of an asset.</summary>
/// <param name="Visibility">One of <see cref="VisibilityWords"/>.</param>
public sealed record ChangeAssetRequest(string? Visibility);

/// <summary><c>PATCH /api/assets/{id}</c>: makes an asset public or private.</summary>
internal sealed class VisibilityEndpoint(SetVisibility setVisibility, AssetEndpoint asset)
{
    public async Task<IResult> HandleAsync(Guid id, ChangeAssetRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (VisibilityWords.Parse(request.Visibility) is not { } visibility)
        {
            var why = request.Visibility is null ? "is required" : "is unknown";
            return Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["visibility"] = [$"{why}: must be {string.Join(" or ", VisibilityWords.All)}"] }).ToResult();
        }

        return await setVisibility.RunAsync(id, visibility, user.ToCaller(), cancellationToken) is ChangeResult.Done
            ? await asset.HandleAsync(id, user, cancellationToken)
            : Problem.NotFound().ToResult();
    }
}
