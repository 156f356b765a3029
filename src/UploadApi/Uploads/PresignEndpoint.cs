using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Uploads;

/// <summary>What a client sends to get a URL.</summary>
public sealed record PresignRequest(
    string? Filename, string? ContentType, long? FileSize, string? Sha256 = null, string? Profile = null, FocalPointRequest? FocalPoint = null);

/// <param name="Id">The asset.</param>
/// <param name="UploadUrl">Where to PUT the bytes. A secret until <paramref name="ExpiresAt"/>.</param>
/// <param name="Method">The method to use.</param>
/// <param name="Headers">All headers that the client must send with the PUT.</param>
/// <param name="Key">The key of the upload; <c>confirm</c> takes it in place of the id.</param>
/// <param name="PublicUrl">Where the image can be seen once the asset is ready.</param>
/// <param name="ExpiresIn">Seconds for which the URL is valid.</param>
/// <param name="ExpiresAt">The same as a time.</param>
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
internal sealed class PresignEndpoint(IssueUpload issue, IOptions<UploadOptions> options, ApiAddress address)
{
    public async Task<IResult> HandleAsync(PresignRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var upload = new UploadRequest(request.Filename, request.ContentType, request.FileSize, request.Sha256, request.Profile, request.FocalPoint);
        return await issue.RunAsync(upload, user.ToCaller(), cancellationToken) switch
        {
            IssueResult.Issued issued => Results.Ok(Answer(issued)),
            IssueResult.Refused refused => Problem.Of(refused.Why).ToResult(),
            IssueResult.TooManyPending many => Problem.TooManyPending(many.Share, options.Value, many.RetryAfterSeconds),
            var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
        };
    }

    private PresignResponse Answer(IssueResult.Issued issued) => new(
        issued.Asset.Id,
        issued.Upload.Url,
        issued.Upload.Method,
        issued.Upload.Headers,
        issued.Asset.IncomingKey,
        address.ImageUrl(issued.Asset.Id),
        options.Value.UrlSeconds,
        issued.Upload.ExpiresAt);
}
