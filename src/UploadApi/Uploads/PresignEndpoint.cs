using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Idempotency;
using Pipeline.UploadApi.Multipart;

namespace Pipeline.UploadApi.Uploads;

/// <summary>What a client sends to get a URL.</summary>
public sealed record PresignRequest(
    string? Filename, string? ContentType, long? FileSize, string? Sha256 = null, string? Profile = null, FocalPointRequest? FocalPoint = null,
    bool? Temporary = null, string? Visibility = null, bool? AutoConfirm = null)
{
    /// <param name="batch">Gives what the request of a file does not say; null for a single upload.</param>
    internal UploadRequest ToUpload(PresignBatchRequest? batch = null) => new(
        Filename, ContentType, FileSize, Sha256, Profile, FocalPoint, Temporary ?? batch?.Temporary ?? false, Visibility ?? batch?.Visibility, AutoConfirm ?? batch?.AutoConfirm);
}

/// <param name="Id">The asset.</param>
/// <param name="UploadUrl">Where to PUT the bytes. A secret until <paramref name="ExpiresAt"/>.</param>
/// <param name="Method">The method to use.</param>
/// <param name="Headers">All headers that the client must send with the PUT.</param>
/// <param name="Key">The key of the upload; <c>confirm</c> takes it in place of the id.</param>
/// <param name="PublicUrl">Where the image can be seen once the asset is ready.</param>
/// <param name="ExpiresIn">Seconds for which the URL is valid.</param>
/// <param name="ExpiresAt">The same as a time.</param>
/// <param name="Multipart">Advice to send this large file in parts; null for a file that one PUT sends as well.</param>
public sealed record PresignResponse(
    Guid Id,
    Uri UploadUrl,
    string Method,
    IReadOnlyDictionary<string, string> Headers,
    string Key,
    string PublicUrl,
    int ExpiresIn,
    DateTimeOffset ExpiresAt,
    MultipartAdvice? Multipart = null)
{
    internal static PresignResponse Of(SignedUpload upload, UploadOptions options, ApiAddress address) => new(
        upload.Asset.Id,
        upload.Put.Url,
        upload.Put.Method,
        upload.Put.Headers,
        upload.Asset.IncomingKey,
        address.ImageUrl(upload.Asset.Id),
        options.UrlSeconds,
        upload.Put.ExpiresAt,
        MultipartAdvice.For(upload.Asset.Size, options.Multipart));
}

/// <summary><c>POST /api/upload/presigned-url</c>: issues a URL for one PUT of exactly the announced file.</summary>
internal sealed class PresignEndpoint(IssueUpload issue, SignUploadAgain again, IOptions<UploadOptions> options, ApiAddress address, TimeProvider time)
{
    public async Task<IResult> HandleAsync(PresignRequest request, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await issue.RunAsync(request.ToUpload(), user.ToCaller(), cancellationToken) switch
        {
            IssueResult.Issued issued => Results.Ok(PresignResponse.Of(issued.Upload, options.Value, address)),
            IssueResult.Refused refused => Problem.Of(refused.Why).ToResult(),
            IssueResult.NoRoom full => Problem.Of(full.Why, options.Value, time.GetUtcNow()),
            var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
        };

    /// <summary>The same upload with a new URL, as long as it waits for its bytes.</summary>
    public async Task<IResult> RepeatAsync(RepeatedRequest repeat) =>
        await again.RunAsync(repeat.Record.ResourceId, repeat.Caller, repeat.Aborted, repeat.Body<PresignRequest>().ContentType) switch
        {
            SignAgainResult.Issued issued => Results.Ok(PresignResponse.Of(issued.Upload, options.Value, address)),
            SignAgainResult.AlreadyConfirmed => Problem.AlreadyConfirmed(repeat.Record.ResourceId).ToResult(),
            var refused => Problem.Of(refused).ToResult(),
        };
}
