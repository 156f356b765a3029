using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets;
using Pipeline.Assets.Delivery;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Delivery;

/// <param name="Url">Reads the file, without a token. A secret until <paramref name="ExpiresAt"/>.</param>
/// <param name="ExpiresAt">When the URL expires.</param>
public sealed record DownloadResponse(Uri Url, DateTimeOffset ExpiresAt);

/// <summary><c>GET /api/assets/{id}/download-url</c> and <c>GET /api/assets/download-url</c>: a presigned GET of an original or a variant.</summary>
internal sealed class DownloadEndpoint(DownloadUrls downloads)
{
    public const int DefaultSeconds = 300;
    public const int MaxSeconds = 3_600;

    public async Task<IResult> ByIdAsync(Guid id, string? variant, string? format, int? expiresIn, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var errors = Errors(expiresIn);
        if (variant is "") errors["variant"] = ["must be the name or the key of a variant, 'original', or be left out"];

        // "w640.webp" names both.
        if (format is null && variant?.LastIndexOf('.') is > 0 and var dot && !variant.Contains('/', StringComparison.Ordinal)) (variant, format) = (variant[..dot], variant[(dot + 1)..]);
        if (format is "jpg") format = "jpeg";
        if (format is not null && !Formats.Contains(format)) errors["format"] = [$"must be one of {string.Join(", ", Formats)}"];
        return errors.Count > 0
            ? Problem.Invalid(errors).ToResult()
            : Answer(await downloads.SignAsync(id, variant, format, expiresIn ?? DefaultSeconds, user.ToCaller(), cancellationToken));
    }

    public async Task<IResult> ByKeyAsync(string? key, int? expiresIn, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var errors = Errors(expiresIn);
        if (string.IsNullOrEmpty(key)) errors["key"] = ["is required: the key of an upload, of an original or of a variant"];
        return errors.Count > 0
            ? Problem.Invalid(errors).ToResult()
            : Answer(await downloads.SignByKeyAsync(key!, expiresIn ?? DefaultSeconds, user.ToCaller(), cancellationToken));
    }

    public static readonly string[] Formats = [.. VariantChoice.Formats, "png"];

    private static Dictionary<string, string[]> Errors(int? expiresIn)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (expiresIn is < 1 or > MaxSeconds) errors["expiresIn"] = [$"must be 1 to {MaxSeconds} seconds"];
        return errors;
    }

    private static IResult Answer(DownloadResult result) => result switch
    {
        DownloadResult.Issued { Download: var download } => new NotStored(Results.Ok(new DownloadResponse(download.Url, download.ExpiresAt))),
        DownloadResult.NotFound => Problem.NotFound().ToResult(),
        DownloadResult.NotReady { Status: var status } => Problem.NotDownloadable(AssetView.Word(status)).ToResult(),
        DownloadResult.UnknownVariant { Known: var known } => Problem.UnknownVariant(known).ToResult(),
        _ => throw new InvalidOperationException($"No answer for {result.GetType().Name}."),
    };
}
