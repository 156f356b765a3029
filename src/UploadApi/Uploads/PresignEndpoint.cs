using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Uploads;
using Pipeline.Storage;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Uploads;

/// <param name="Id">The asset.</param>
/// <param name="UploadUrl">Where to PUT the bytes. A secret until <paramref name="ExpiresAt"/>.</param>
/// <param name="Method">The method to use.</param>
/// <param name="Headers">All headers that the client must send with the PUT.</param>
/// <param name="Key">The key of the upload; <c>confirm</c> accepts it in place of the id.</param>
/// <param name="PublicUrl">Where the image can be seen once the asset is ready.</param>
/// <param name="ExpiresIn">Seconds for which the URL is valid.</param>
/// <param name="ExpiresAt">When the URL expires.</param>
public sealed record PresignResponse(
    Guid Id,
    Uri UploadUrl,
    string Method,
    IReadOnlyDictionary<string, string> Headers,
    string Key,
    string PublicUrl,
    int ExpiresIn,
    DateTimeOffset ExpiresAt);

/// <summary><c>POST /api/upload/presigned-url</c>: issues a URL for one PUT of exactly the announced file.</summary>
internal sealed class PresignEndpoint(
    UploadPolicy policy, PendingUploads pending, StorageAreas areas, IOptions<UploadOptions> options, ApiAddress address, TimeProvider time)
{
    private const int NonceBytes = 8;

    // Stores accept 2,048 bytes of metadata in all. A name that does not fit is cut here; the row holds it whole.
    private const int MaxMetadataValue = 1024;

    public async Task<IResult> HandleAsync(PresignRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (policy.Judge(request) is { } problem) return problem.ToResult();

        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var key = ObjectKey.Incoming(
            user.UserId(), now, RandomNumberGenerator.GetBytes(NonceBytes), UploadPolicy.ExtensionFor(request));
        var contentType = UploadPolicy.TypeOf(request);
        var sha256 = request.Sha256?.ToLowerInvariant();
        var upload = areas.Signer.SignPut(
            key,
            new UploadTerms
            {
                ContentType = contentType,
                AnnouncedType = request.ContentType,
                Length = request.FileSize!.Value,
                Sha256 = sha256,
                Metadata = Metadata(request.Filename!, user.UserId(), now),
            },
            TimeSpan.FromSeconds(options.Value.UrlSeconds));
        var asset = Asset.Request(
            new NewUpload
            {
                Id = id,
                OwnerId = user.UserId(),
                FileName = request.Filename!,
                ContentType = contentType,
                Size = request.FileSize!.Value,
                Sha256 = sha256,
                Profile = request.Profile ?? options.Value.Profiles[0],
                FocalPoint = request.FocalPoint?.ToPoint(),
                Key = key.Value,
                UrlExpiresAt = upload.ExpiresAt,
            },
            now);
        if (await pending.TryAddAsync(asset, cancellationToken) is { } share) return TooManyPending(share, now);
        return Results.Ok(new PresignResponse(
            id, upload.Url, upload.Method, upload.Headers, key.Value, address.ImageUrl(id), options.Value.UrlSeconds, upload.ExpiresAt));
    }

    private IResult TooManyPending(PendingShare share, DateTimeOffset now)
    {
        var wait = share.Oldest + TimeSpan.FromSeconds(options.Value.PendingSeconds) - now;
        return Problem.TooManyPending(share, options.Value, Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));
    }

    // Header values are ASCII: names and ids are percent-encoded, so that no line end and no other byte gets through.
    private static Dictionary<string, string> Metadata(string fileName, string userId, DateTimeOffset now) => new(StringComparer.Ordinal)
    {
        ["original-filename"] = Encode(fileName),
        ["uploaded-by"] = Encode(userId),
        ["upload-timestamp"] = now.ToString("O"),
    };

    private static string Encode(string text)
    {
        var encoded = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var letter = Uri.EscapeDataString(rune.ToString());
            if (encoded.Length + letter.Length > MaxMetadataValue) break;
            encoded.Append(letter);
        }

        return encoded.ToString();
    }
}
