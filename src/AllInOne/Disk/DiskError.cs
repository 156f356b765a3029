using Pipeline.UploadApi.Http;

namespace Pipeline.AllInOne.Disk;

/// <summary>An error answer in S3's format, so that S3 clients understand it. Never repeats anything of the request.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">S3's error code.</param>
/// <param name="Reason">Our own stable code, more specific than S3's, in the body and in the log.</param>
/// <param name="Message">A message for people.</param>
internal sealed record DiskError(int Status, string Code, string Reason, string Message) : IResult
{
    public static readonly DiskError AccessDenied = new(403, "AccessDenied", "not_signed", "This request needs a signed URL.");
    public static readonly DiskError Expired = new(403, "AccessDenied", "expired", "The signed URL has expired; ask for a new one.");
    public static readonly DiskError SignatureDoesNotMatch =
        new(403, "SignatureDoesNotMatch", "wrong_signature", "The URL was not signed for this request.");
    public static readonly DiskError WrongType =
        new(403, "SignatureDoesNotMatch", "wrong_content_type", "Send exactly the Content-Type that was signed.");
    public static readonly DiskError WrongLength =
        new(403, "SignatureDoesNotMatch", "wrong_content_length", "Send exactly as many bytes as were signed.");
    public static readonly DiskError TooLarge =
        new(400, "EntityTooLarge", "too_large", "The file is larger than the signed URL allows.");
    public static readonly DiskError WrongChecksumHeader =
        new(403, "SignatureDoesNotMatch", "wrong_checksum_header", "Send the checksum that was signed, or none.");
    public static readonly DiskError MissingLength = new(411, "MissingContentLength", "missing_content_length", "Send a Content-Length.");
    public static readonly DiskError IncompleteBody = new(400, "IncompleteBody", "incomplete_body", "The body ended too early; nothing was stored.");
    public static readonly DiskError BadDigest = new(400, "BadDigest", "bad_digest", "The SHA-256 of the bytes differs; nothing was stored.");
    public static readonly DiskError TooLate =
        new(403, "AccessDenied", "too_late", "The upload took longer than its URL allows; nothing was stored. Ask for a new one.");
    public static readonly DiskError TooSlow =
        new(408, "RequestTimeout", "too_slow", "The body arrived too slowly; nothing was stored. Try again on a better connection.");
    public static readonly DiskError SlowDown =
        new(503, "SlowDown", "too_many_at_once", "Several uploads of this object are running already. Wait until one of them ends.");
    public static readonly DiskError InsufficientStorage =
        new(507, "InsufficientStorage", "insufficient_storage", "The server's disk is full; nothing was stored. Try again later.");
    public static readonly DiskError NoSuchUpload =
        new(404, "NoSuchUpload", "no_such_upload", "The upload of this part was completed or aborted; nothing was stored.");
    public static readonly DiskError NoSuchKey = new(404, "NoSuchKey", "no_such_key", "There is no such object.");

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        httpContext.Response.ContentType = "application/xml";
        // All values are constants that need no escaping.
        return httpContext.Response.WriteAsync(
            $"""<?xml version="1.0" encoding="UTF-8"?><Error><Code>{Code}</Code><Reason>{Reason}</Reason><Message>{Message}</Message></Error>""",
            httpContext.RequestAborted);
    }
}
