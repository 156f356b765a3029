using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.Assets.Uploads.Multipart;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Idempotency;
using Pipeline.UploadApi.Multipart;
using Pipeline.UploadApi.Uploads;

namespace Pipeline.UploadApi.Uppy;

/// <summary>What Uppy 6 passes to its option <c>signRequest</c>; an app may add what it knows of the file.</summary>
public sealed partial record SignRequest(
    string? Method, string? Key, string? ContentType = null, string? UploadId = null, int? PartNumber = null,
    long? FileSize = null, string? Filename = null, string? Sha256 = null, string? Profile = null, bool? Temporary = null,
    string? Visibility = null, bool? AutoConfirm = null)
{
    /// <summary>Whether it begins an upload.</summary>
    internal bool IsNewUpload => Method is "PUT" or "POST" && UploadId is null && PartNumber is null;

    /// <summary>
    /// The file. Uppy passes no size, and without one no length can be signed: it comes as a field, or in the key as <c>{size}/{name}</c>. Without
    /// either, the largest allowed length is reserved until the file arrives.
    /// </summary>
    internal UploadRequest ToUpload()
    {
        var match = SizedKey().Match(Key ?? "");
        var size = FileSize ?? (match.Success ? long.Parse(match.Groups["size"].Value, CultureInfo.InvariantCulture) : null);
        var name = Filename ?? (match.Success ? match.Groups["name"].Value : UsualKey().Replace(Key ?? "", ""));

        // Uppy sends no type when it begins a multipart upload; then the extension tells it.
        return new PresignRequest(name, ContentType ?? "", size, Sha256, Profile, FocalPoint: null, Temporary, Visibility, AutoConfirm).ToUpload() with { MayLackSize = true };
    }

    /// <summary>
    /// Names the upload that this request begins, if Uppy made its key by itself: the key is new for each file, so a request with the same key is the
    /// same request again, after a pause or a lost response.
    /// </summary>
    internal IdempotencyKey? ToIdempotencyKey(Caller caller) => IsNewUpload && UsualKey().IsMatch(Key ?? "")
        ? new IdempotencyKey(caller, "signRequest", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Method} {Key}"))), BodyHash: "")
        : null;

    [GeneratedRegex(@"\A(?<size>[0-9]{1,15})/(?<name>.+)\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex SizedKey();

    // What Uppy puts before the name by itself.
    [GeneratedRegex(@"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}-", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex UsualKey();
}

/// <param name="Url">Where to send the request. A secret until it expires.</param>
/// <param name="Key">The key of the upload, which replaces the one that Uppy proposed; confirm takes it.</param>
/// <param name="Headers">The headers to send.</param>
public sealed record SignResponse(Uri Url, string Key, IReadOnlyDictionary<string, string> Headers);

/// <summary>
/// <c>POST /api/upload/sign</c>: the bytes go to the store by presigned PUTs, and all other requests to short-lived URLs of this API, because R2
/// presigns nothing else.
/// </summary>
internal sealed class SignEndpoint(
    IssueUpload issue, SignUploadAgain again, BeginMultipart begin, SignParts sign, AssetStore assets, IdempotentRequest idempotent, StoreUrls urls,
    IOptions<UploadOptions> options, TimeProvider time)
{
    private const string SizeMissing =
        "is required by this server, and Uppy does not pass it: set Uppy's option generateObjectKey to file => `${file.size}/${file.name}`, or send fileSize";

    private static readonly Dictionary<string, string> NoHeaders = [];

    public async Task<IResult> HandleAsync(SignRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (FaultOf(request) is { } fault) return fault;
        var caller = user.ToCaller();
        var known = await FindAsync(request, caller, cancellationToken);
        if (request.IsNewUpload)
        {
            return known is not null && request.Method == "PUT"
                ? await AgainAsync(known.Id, caller, cancellationToken)
                : await OnceAsync(request, caller, cancellationToken);
        }

        if (known is null || (request.UploadId is { } uploadId && uploadId != known.Id.ToString())) return Problem.NotFound().ToResult();
        return (request.Method, request.PartNumber, request.UploadId) switch
        {
            ("PUT", { } number, not null) => await PartAsync(known, number, caller, cancellationToken),
            ("POST", _, not null) => Url(known, StoreOperation.Complete),
            ("GET", _, not null) => Url(known, StoreOperation.List),
            ("DELETE", _, not null) => Url(known, StoreOperation.Abort),
            _ => Url(known, StoreOperation.Delete),
        };
    }

    /// <summary>The same upload with a new URL.</summary>
    public Task<IResult> RepeatAsync(RepeatedRequest repeat) => RepeatAsync(repeat.Body<SignRequest>(), repeat.Record, repeat.Caller, repeat.Aborted);

    private IResult? FaultOf(SignRequest request)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (request.Method is not ("PUT" or "POST" or "GET" or "DELETE")) errors["method"] = ["must be PUT, POST, GET or DELETE, as Uppy passes it"];
        if (string.IsNullOrEmpty(request.Key)) errors["key"] = ["is required"];
        if (request is { Method: "GET", UploadId: null } or { PartNumber: not null, UploadId: null }) errors["uploadId"] = ["is required for this request"];
        if (request is { Method: "PUT", PartNumber: null, UploadId: not null }) errors["partNumber"] = ["is required for a part of an upload"];
        if (request is { PartNumber: not null, Method: "POST" or "GET" or "DELETE" }) errors["partNumber"] = ["is for PUT only"];
        if (errors.Count == 0 && request.IsNewUpload && NeedsSize(request)) errors["fileSize"] = [SizeMissing];
        return errors.Count > 0 ? Problem.Invalid(errors).ToResult() : null;
    }

    // A key of ours names an upload that exists.
    private bool NeedsSize(SignRequest request) =>
        !options.Value.AllowUnknownSize && request.ToUpload().FileSize is null && !request.Key!.StartsWith(Storage.ObjectKey.IncomingArea, StringComparison.Ordinal);

    private async Task<Asset?> FindAsync(SignRequest request, Caller caller, CancellationToken cancellationToken) =>
        Storage.ObjectKey.TryParse(request.Key, out var key) && await assets.FindByKeyAsync(key.Value, caller, cancellationToken) is { } asset
            && asset.Status != AssetStatus.Deleted
            ? asset
            : null;

    private async Task<IResult> OnceAsync(SignRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var key = request.ToIdempotencyKey(caller);
        if (key is not null && await idempotent.FindAsync(key, cancellationToken) is { } earlier) return await RepeatAsync(request, earlier, caller, cancellationToken);

        // A key in the header names the request as well as Uppy's own key does, and covers requests without one.
        idempotent.Key ??= key;
        try
        {
            return request.Method == "PUT" ? await PutAsync(request, caller, cancellationToken) : await BeginAsync(request, caller, cancellationToken);
        }
        catch (IdempotencyKeyTakenException) when (key is not null && idempotent.Key == key)
        {
            return await idempotent.FindAsync(key, cancellationToken) is { } first
                ? await RepeatAsync(request, first, caller, cancellationToken)
                : Problem.Unavailable().ToResult(retryAfterSeconds: 1);
        }
    }

    private async Task<IResult> RepeatAsync(SignRequest request, IdempotencyRecord earlier, Caller caller, CancellationToken cancellationToken)
    {
        if (request.Method == "PUT") return await AgainAsync(earlier.ResourceId, caller, cancellationToken);
        var (asset, _, refusal) = MultipartParts.Judge(await assets.FindAsync(earlier.ResourceId, caller, cancellationToken));
        return refusal is { } why ? Problem.Of(why).ToResult() : Url(asset!, StoreOperation.Create);
    }

    private async Task<IResult> PutAsync(SignRequest request, Caller caller, CancellationToken cancellationToken) =>
        await issue.RunAsync(request.ToUpload(), caller, cancellationToken) switch
        {
            IssueResult.Issued { Upload: var upload } => Results.Ok(new SignResponse(upload.Put.Url, upload.Asset.IncomingKey, upload.Put.Headers)),
            IssueResult.Refused refused => Problem.Of(refused.Why).ToResult(),
            IssueResult.NoRoom full => Problem.Of(full.Why, options.Value, time.GetUtcNow()),
            var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
        };

    private async Task<IResult> AgainAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        await again.RunAsync(id, caller, cancellationToken) switch
        {
            SignAgainResult.Issued { Upload: var upload } => Results.Ok(new SignResponse(upload.Put.Url, upload.Asset.IncomingKey, upload.Put.Headers)),
            SignAgainResult.NotFound => Problem.NotFound().ToResult(),
            SignAgainResult.Expired => Problem.UploadExpired().ToResult(),
            SignAgainResult.AlreadyConfirmed => Problem.AlreadyConfirmed(id).ToResult(),
            var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
        };

    private async Task<IResult> BeginAsync(SignRequest request, Caller caller, CancellationToken cancellationToken)
    {
        // An upload whose URLs cannot be signed must not begin.
        if (!urls.CanSign) return Problem.UrlsNotConfigured().ToResult();
        var result = await begin.RunAsync(request.ToUpload(), caller, PartPlan.OfUppy, cancellationToken);
        return result is BeginMultipartResult.Begun { Asset: var asset } ? Url(asset, StoreOperation.Create) : MultipartEndpoint.Refused(result, options.Value, time.GetUtcNow());
    }

    private async Task<IResult> PartAsync(Asset asset, int number, Caller caller, CancellationToken cancellationToken) =>
        await sign.RunAsync(asset.Id, [number], caller, cancellationToken) switch
        {
            SignPartsResult.Issued { Parts: [var part] } => Results.Ok(new SignResponse(part.Put.Url, asset.IncomingKey, part.Put.Headers)),
            SignPartsResult.NoSuchPart none => MultipartEndpoint.NoSuchPart(none, "partNumber"),
            SignPartsResult.Refused refused => Problem.Of(refused.Why).ToResult(),
            var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
        };

    private IResult Url(Asset asset, StoreOperation operation) => urls.CanSign
        ? Results.Ok(new SignResponse(urls.Sign(asset, operation), asset.IncomingKey, NoHeaders))
        : Problem.UrlsNotConfigured().ToResult();
}
