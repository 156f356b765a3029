using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Assets.RateLimiting;
using Pipeline.Assets.Uploads;

namespace Pipeline.UploadApi.Http;

/// <summary>The catalogue of errors: each with a stable code, a status and a sentence that a person can act on (RFC 9457).</summary>
internal static class Problem
{
    public const string ContentType = "application/problem+json";

    public static ProblemDetails Unauthorized(string why) =>
        Make(401, "unauthorized", $"{why} Send a valid token as 'Authorization: Bearer …'.");

    public static ProblemDetails Forbidden() => Make(403, "forbidden", "This token does not permit the request.");

    public static ProblemDetails NotFound() => Make(404, "not_found", "There is nothing with this id or address, or it belongs to another user.");

    public static ProblemDetails MethodNotAllowed() => Make(405, "method_not_allowed", "This route does not support the method.");

    public static ProblemDetails BodyTooLarge() => Make(413, "body_too_large", "The request's body is larger than this route accepts.");

    public static ProblemDetails NotJson() => Make(415, "unsupported_media_type", "Send the body with 'Content-Type: application/json', in UTF-8.");

    public static ProblemDetails BadRequest(string why) => Make(400, "invalid_request", why);

    public static ProblemDetails Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        Make(400, "invalid_request", "Some fields are missing or invalid; 'errors' names each.", ("errors", errors));

    public static ProblemDetails Of(UploadRefusal refusal) => refusal switch
    {
        UploadRefusal.Invalid invalid => Invalid(invalid.Errors),
        UploadRefusal.UnsupportedType type => UnsupportedType(type.Allowed),
        UploadRefusal.TooLarge large => TooLarge(large.MaxBytes, large.Bytes),
        _ => throw new InvalidOperationException($"No problem for {refusal.GetType().Name}."),
    };

    public static ProblemDetails UnsupportedType(IReadOnlyList<string> allowed) => Make(
        400, "unsupported_type", $"This type is not accepted. Accepted types are {string.Join(", ", allowed)}.", ("allowedTypes", allowed));

    public static ProblemDetails TooLarge(long maxSize, long receivedSize) => Make(
        400,
        "too_large",
        $"The file has {receivedSize} bytes; at most {maxSize} are accepted.",
        ("maxSize", maxSize),
        ("receivedSize", receivedSize));

    public static ProblemDetails RateLimited(RateAllowance limit, int seconds, string key) => Make(
        429,
        "rate_limited",
        $"Each user may send {limit.PerMinute} requests of this kind per minute{(limit.Burst > 0 ? $", and {limit.Burst} more after a pause" : "")}. Try again in {seconds} s; the server's operator can allow more with `{key}`.");

    /// <param name="seconds">Seconds until the oldest pending upload expires.</param>
    public static IResult TooManyPending(PendingShare used, UploadOptions limit, int seconds) => Make(
        429,
        "too_many_pending",
        $"You have {used.Count} uploads pending, with {used.Bytes} bytes; at most {limit.PendingPerOwner} with {limit.PendingBytesPerOwner} bytes are allowed. "
            + $"Confirm or delete some of them, or wait {seconds} s for the oldest to expire; "
            + $"the server's operator can allow more with `{UploadOptions.Section}:{nameof(UploadOptions.PendingPerOwner)}` and `{nameof(UploadOptions.PendingBytesPerOwner)}`.",
        ("limit", Pending(limit.PendingPerOwner, limit.PendingBytesPerOwner)),
        ("used", Pending(used.Count, used.Bytes)),
        ("remaining", Pending(Math.Max(0, limit.PendingPerOwner - used.Count), Math.Max(0, limit.PendingBytesPerOwner - used.Bytes))))
        .ToResult(retryAfterSeconds: seconds);

    public static ProblemDetails UploadMissing() => Make(
        409, "upload_missing", "The file has not arrived yet. PUT it to the uploadUrl first, then confirm again.");

    public static ProblemDetails UploadMismatch(long announced, long received) => Make(
        409, "upload_mismatch", $"The file that arrived has {received} bytes, but {announced} were announced. Request a new upload.");

    public static ProblemDetails UploadExpired() => Make(409, "upload_expired", "This upload was not confirmed in time. Request a new one.");

    public static ProblemDetails NotReprocessable(string status) => Make(
        409, "not_reprocessable", $"The asset is {status}; only a ready or a failed one can be reprocessed.");

    public static ProblemDetails NotFocusable(string status) => Make(
        409, "not_focusable", $"The asset is {status}; a focal point no longer affects it.");

    public static ProblemDetails NoPerceptualHash(string status) => Make(
        409, "no_perceptual_hash", $"The asset is {status} and has no perceptual hash. If it is ready, reprocess it to compute one.");

    public static ProblemDetails Unavailable() =>
        Make(503, "unavailable", "A part of the service does not answer. No data was lost; try again in a few seconds.");

    public static ProblemDetails InsufficientStorage() =>
        Make(507, "insufficient_storage", "The server's disk is full, so uploads are refused. No data was lost; try again later.");

    public static ProblemDetails Internal() => Make(500, "internal_error", "The server had an internal error. Try again; the server's log has the details.");

    public static IResult ToResult(this ProblemDetails problem) => Results.Json(problem, statusCode: problem.Status, contentType: ContentType);

    /// <summary>The same, with a <c>Retry-After</c> header.</summary>
    public static IResult ToResult(this ProblemDetails problem, int retryAfterSeconds) => new RetryLater(problem, retryAfterSeconds);

    public static Task WriteAsync(this ProblemDetails problem, HttpResponse response)
    {
        response.StatusCode = problem.Status ?? 500;
        return response.WriteAsJsonAsync(problem, options: null, ContentType);
    }

    private static object Pending(long uploads, long bytes) => new { uploads, bytes };

    private static ProblemDetails Make(int status, string code, string detail, params (string Name, object Value)[] more)
    {
        var problem = new ProblemDetails
        {
            Type = $"urn:pipeline:problem:{code}",
            Title = code.Replace('_', ' '),
            Status = status,
            Detail = detail,
        };
        problem.Extensions["code"] = code;
        foreach (var (name, value) in more) problem.Extensions[name] = value;
        return problem;
    }

    private sealed record RetryLater(ProblemDetails Problem, int Seconds) : IResult, IStatusCodeHttpResult, IValueHttpResult
    {
        public int? StatusCode => Problem.Status;

        public object Value => Problem;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = Seconds.ToString();
            return Problem.ToResult().ExecuteAsync(httpContext);
        }
    }
}
