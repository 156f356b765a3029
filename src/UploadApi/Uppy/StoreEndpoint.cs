using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Pipeline.Assets;
using Pipeline.Assets.Commands;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.Assets.Uploads.Multipart;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Uppy;

/// <summary>Answers the requests of an S3 client that a store does not presign: create, list, complete and abort a multipart upload, delete an object.</summary>
internal sealed class StoreEndpoint(
    AssetStore assets, ReadMultipart read, CompleteMultipart complete, AbortMultipart abort, DeleteAsset delete, ApiAddress address)
{
    // A client names each of up to 10,000 parts with its tag.
    private const long MaxBodyBytes = 4 * 1024 * 1024;

    private static readonly StoreXml WrongMethod = StoreXml.Error(405, "MethodNotAllowed", "method_not_allowed", "The URL was signed for another method.");
    private static readonly StoreXml NoSuchUpload = StoreXml.Error(404, "NoSuchUpload", "not_found", "There is no such upload: it was aborted or has expired. Begin a new one.");

    public async Task<IResult> HandleAsync(Guid id, ClaimsPrincipal user, HttpContext http)
    {
        var (caller, cancellationToken) = (user.ToCaller(), http.RequestAborted);
        var operation = Enum.Parse<StoreOperation>(user.FindFirstValue(StoreUrlAuthentication.Operation)!);
        return (http.Request.Method, operation) switch
        {
            ("POST", StoreOperation.Create) => await CreateAsync(id, caller, cancellationToken),
            ("GET" or "HEAD", StoreOperation.List) => await ListAsync(id, caller, cancellationToken),
            ("POST", StoreOperation.Complete) => await CompleteAsync(id, caller, http, cancellationToken),
            ("DELETE", StoreOperation.Abort) => await AbortAsync(id, caller, cancellationToken),
            ("DELETE", StoreOperation.Delete) => await delete.RunAsync(id, caller, cancellationToken) ? Results.NoContent() : NoSuchUpload,
            _ => WrongMethod,
        };
    }

    // The upload began when the URL was signed, so a repeated request gets the same one.
    private async Task<IResult> CreateAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var (asset, _, refusal) = MultipartParts.Judge(await assets.FindAsync(id, caller, cancellationToken));
        return refusal is null ? StoreXml.Created(asset!) : NoSuchUpload;
    }

    // After the completion all parts are there, so that a client that missed its answer completes again.
    private async Task<IResult> ListAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var (state, _) = await read.RunAsync(id, caller, cancellationToken);
        return state is null ? NoSuchUpload : StoreXml.Parts(state.Asset, state.Parts.Arrived);
    }

    private async Task<IResult> CompleteAsync(Guid id, Caller caller, HttpContext http, CancellationToken cancellationToken)
    {
        // The body names the parts, but the server lists them by itself. Only for a file of unknown size it tells which part is the last.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBodyBytes;
        var last = await PartList.ReadLastAsync(http.Request.Body, cancellationToken);
        return await complete.RunAsync(id, fileName: null, caller, cancellationToken, last) switch
        {
            CompleteMultipartResult.Stored { Confirm: ConfirmResult.TooLarge large } => StoreXml.Error(
                400, "EntityTooLarge", "too_large", $"The file is larger than the {large.MaxBytes} bytes that are accepted. Its parts are deleted."),
            CompleteMultipartResult.Stored { Confirm: ConfirmResult.Confirmed { Asset: var asset } } => StoreXml.Completed(asset, address.ImageUrl(id)),
            CompleteMultipartResult.PartsMissing missing => StoreXml.Error(
                400, "InvalidPart", "parts_missing", $"These parts have not arrived or have a wrong size: {string.Join(", ", missing.Numbers.Take(20))}. Upload them again."),
            CompleteMultipartResult.Changing => StoreXml.Error(503, "SlowDown", "unavailable", "Parts are being uploaded again. Complete the upload after them."),
            _ => NoSuchUpload,
        };
    }

    private async Task<IResult> AbortAsync(Guid id, Caller caller, CancellationToken cancellationToken) => await abort.RunAsync(id, caller, cancellationToken) switch
    {
        null => Results.NoContent(),
        MultipartRefusal.AlreadyConfirmed => StoreXml.Error(409, "InvalidRequest", "already_confirmed", "The upload is completed; delete its asset instead."),
        _ => NoSuchUpload,
    };
}
