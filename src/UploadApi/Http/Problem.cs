using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Limits;
using Pipeline.Assets.RateLimiting;
using Pipeline.Assets.StoreEvents;
using Pipeline.Assets.Uploads;
using Pipeline.Assets.Uploads.Multipart;

namespace Pipeline.UploadApi.Http;

/// <summary>The catalogue of errors: each with a stable code, a status and a sentence that a person can act on (RFC 9457).</summary>
internal static class Problem
{
    public const string ContentType = "application/problem+json";

    public static ProblemDetails Unauthorized(string why) =>
        Make(401, "unauthorized", $"{why} Send a valid token as 'Authorization: Bearer …'.");

    public static ProblemDetails WrongStoreSecret() =>
        Make(401, "unauthorized", "The secret is missing or wrong. Send the value of the server's `StoreEvents:Secret` as 'Authorization: Bearer …'.");

    public static ProblemDetails NoNotification() => Make(
        400, "invalid_request", $"The body is not a notification of S3, Ceph, MinIO, R2 or Cloudflare Queues, or it holds more than {StoreEventReader.MaxEvents} events. Send smaller batches.");

    public static ProblemDetails Forbidden() => Make(403, "forbidden", "This token does not permit the request.");

    public static ProblemDetails RoleMissing(string role) => Make(
        403, "forbidden", $"This request needs a token with the role '{role}' in its claim 'role'. Ask the operator of your app for one.", ("role", role));

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
        UploadRefusal.UnsupportedType type => WithErrors(UnsupportedType(type.Allowed), refusal),
        UploadRefusal.TooLarge large => WithErrors(TooLarge(large.MaxBytes, large.Bytes), refusal),
        _ => throw new InvalidOperationException($"No problem for {refusal.GetType().Name}."),
    };

    private static ProblemDetails WithErrors(ProblemDetails problem, UploadRefusal refusal)
    {
        problem.Extensions["errors"] = FieldErrorsOf(refusal);
        return problem;
    }

    /// <summary>Each file with the problem that it would have alone, and all errors by field.</summary>
    public static ProblemDetails Of(IReadOnlyList<RefusedFile> refused)
    {
        var files = refused.Select(file => (file.Index, Problem: Of(file.Why))).ToList();
        var errors = refused.SelectMany(file => FieldErrorsOf(file.Why).Select(e => KeyValuePair.Create(e.Key.Length == 0 ? $"files[{file.Index}]" : $"files[{file.Index}].{e.Key}", e.Value)));
        return Make(
            400,
            "invalid_request",
            "Some files are refused, so no upload was requested; 'files' names each by its index.",
            ("errors", errors.ToDictionary(StringComparer.Ordinal)),
            ("files", files.ConvertAll(file => new Dictionary<string, object?>(file.Problem.Extensions, StringComparer.Ordinal) { ["index"] = file.Index, ["detail"] = file.Problem.Detail })));
    }

    private static IReadOnlyDictionary<string, string[]> FieldErrorsOf(UploadRefusal refusal) => refusal switch
    {
        UploadRefusal.Invalid invalid => invalid.Errors,
        UploadRefusal.UnsupportedType type => new Dictionary<string, string[]>(StringComparer.Ordinal) { ["contentType"] = [$"must be one of {string.Join(", ", type.Allowed)}"] },
        UploadRefusal.TooLarge large => new Dictionary<string, string[]>(StringComparer.Ordinal) { ["fileSize"] = [$"must be at most {large.MaxBytes}"] },
        _ => throw new InvalidOperationException($"No errors for {refusal.GetType().Name}."),
    };

    /// <returns>Null if the upload is confirmed.</returns>
    public static ProblemDetails? Of(ConfirmResult result) => result switch
    {
        ConfirmResult.Confirmed => null,
        ConfirmResult.Invalid invalid => Invalid(invalid.Errors),
        ConfirmResult.NotFound => NotFound(),
        ConfirmResult.Missing => UploadMissing(),
        ConfirmResult.Mismatch mismatch => UploadMismatch(mismatch.Announced, mismatch.Received),
        ConfirmResult.TooLarge large => TooLarge(large.MaxBytes, large.Received),
        ConfirmResult.Expired => UploadExpired(),
        ConfirmResult.Unavailable => Unavailable(),
        _ => throw new InvalidOperationException($"No problem for {result.GetType().Name}."),
    };

    public static ProblemDetails Of(SignAgainResult result) => result switch
    {
        SignAgainResult.NotFound => NotFound(),
        SignAgainResult.Expired => UploadExpired(),
        SignAgainResult.AlreadyConfirmed => AlreadyConfirmed(),
        _ => throw new InvalidOperationException($"No problem for {result.GetType().Name}."),
    };

    public static ProblemDetails UnsupportedType(IReadOnlyList<string> allowed) => Make(
        400, "unsupported_type", $"This type is not accepted. Accepted types are {string.Join(", ", allowed)}.", ("allowedTypes", allowed));

    /// <param name="maxSize">The limit.</param>
    /// <param name="receivedSize">The size of the file; null if an earlier answer told it.</param>
    public static ProblemDetails TooLarge(long maxSize, long? receivedSize) => receivedSize is { } received
        ? Make(400, "too_large", $"The file has {received} bytes; at most {maxSize} are accepted.", ("maxSize", maxSize), ("receivedSize", received))
        : Make(400, "too_large", $"The file was larger than the {maxSize} bytes that are accepted, so it was deleted. Request a new upload for a smaller one.", ("maxSize", maxSize));

    /// <param name="who">Who shares the limit.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="requests">How many requests this one counts as.</param>
    /// <param name="seconds">When some are available again.</param>
    /// <param name="key">The setting that raises the limit.</param>
    public static ProblemDetails RateLimited(string who, RateAllowance limit, int requests, int seconds, string key) => Make(
        429, "rate_limited",
        $"{who} may send {limit.PerMinute} requests of this kind per minute{(limit.Burst > 0 ? $", and {limit.Burst} more after a pause" : "")}.{(requests > 1 ? $" This one counts as {requests}." : "")} Try again in {seconds} s; the server's operator can allow more with `{key}`.");

    public static ProblemDetails TooManyStreams(int most) => Make(
        429, "too_many_streams", $"You have {most} streams open; close some, or share one stream between tabs. The server's operator can allow more with `{EventOptions.Section}:{nameof(EventOptions.StreamsPerUser)}`.");

    public static ProblemDetails CursorExpired(int keepDays) => Make(
        410, "cursor_expired", $"No event with this id is known: it is older than {keepDays} days, or it never was yours. List your assets, and then read on without 'after'.");

    /// <summary>Uploads were not added.</summary>
    /// <param name="why">The reason.</param>
    /// <param name="options">The limits of pending uploads.</param>
    /// <param name="now">The time.</param>
    /// <param name="files">How many uploads the request is for.</param>
    public static IResult Of(NotAdded why, UploadOptions options, DateTimeOffset now, int files = 1) => why switch
    {
        NotAdded.TooManyPending { Share: var share } => TooManyPending(share, options, share.SecondsLeft(options, now), files),
        NotAdded.OverLimit { Limit: var reached } => OverLimit(reached, now),
        _ => throw new InvalidOperationException($"No answer for {why.GetType().Name}."),
    };

    private static IResult TooManyPending(PendingShare used, UploadOptions limit, int seconds, int files) => Make(
        429,
        "too_many_pending",
        $"You have {used.Count} uploads pending, with {used.Bytes} bytes; at most {limit.PendingPerOwner} with {limit.PendingBytesPerOwner} bytes are allowed. "
            + (files > 1 ? $"This request is for {files} more: request fewer at once. " : "")
            + $"Confirm or delete some of them, or wait {seconds} s for the oldest to expire; "
            + $"the server's operator can allow more with `{UploadOptions.Section}:{nameof(UploadOptions.PendingPerOwner)}` and `{nameof(UploadOptions.PendingBytesPerOwner)}`.",
        ("limit", Pending(limit.PendingPerOwner, limit.PendingBytesPerOwner)),
        ("used", Pending(used.Count, used.Bytes)),
        ("remaining", Pending(Math.Max(0, limit.PendingPerOwner - used.Count), Math.Max(0, limit.PendingBytesPerOwner - used.Bytes))))
        .ToResult(retryAfterSeconds: seconds);

    // A limit of a day is reached, or one of the storage.
    private static IResult OverLimit(ReachedLimit reached, DateTimeOffset now)
    {
        var (kind, unit) = (reached.Kind, reached.Kind.IsOfFiles ? "files" : "bytes");
        var whose = kind.IsOfTenant ? "All users of your tenant together" : "You";
        var raise = $"the server's operator can allow more with `{kind.Key}`.";
        if (reached.ResetsAt is not { } resetsAt)
        {
            return Make(
                403,
                "storage_full",
                $"{whose} have {reached.Used} of {reached.Max} bytes stored, and this request needs {reached.Requested}. Delete assets that you do not need; {raise}",
                ("limit", kind.Name),
                ("max", reached.Max),
                ("used", reached.Used)).ToResult();
        }

        var wait = reached.Requested > reached.Max ? "That is more than a whole day allows: request less at once" : $"Request less, or try again after {resetsAt:yyyy-MM-dd'T'HH:mm:ss'Z'}";
        return Make(
            429,
            "quota_exceeded",
            $"{whose} have announced {reached.Used} of {reached.Max} {unit} today (UTC), and this request needs {reached.Requested}. {wait}; {raise}",
            ("limit", kind.Name),
            ("max", reached.Max),
            ("used", reached.Used),
            ("resetsAt", resetsAt)).ToResult(retryAfterSeconds: Math.Max(1, (int)Math.Ceiling((resetsAt - now).TotalSeconds)));
    }

    public static ProblemDetails IdempotencyKeyReused() => Make(
        422, "idempotency_key_reused", "An earlier request to this route had the same Idempotency-Key and asked for something else. Use a new key for each new request.");

    public static ProblemDetails IdempotencyInProgress() => Make(
        409, "idempotency_in_progress", "A request with the same Idempotency-Key is being handled. Send this one again in a second to get its result.");

    public static ProblemDetails UploadMissing() => Make(
        409, "upload_missing", "The file has not arrived yet. PUT it to the uploadUrl first, then confirm again.");

    public static ProblemDetails UploadMismatch(long? announced, long received) => Make(
        409, "upload_mismatch", $"The file that arrived has {received} bytes, but {(announced is { } bytes ? $"{bytes} were announced" : "at least 1 is needed")}. Request a new upload.");

    public static ProblemDetails UploadExpired() => Make(409, "upload_expired", "This upload was not confirmed in time. Request a new one.");

    /// <summary>The same for a batch that is requested again.</summary>
    public static ProblemDetails BatchNotPending(Guid batchId, IReadOnlyList<AssetStatus> statuses)
    {
        if (statuses.All(status => status is AssetStatus.Pending or AssetStatus.Expired or AssetStatus.Deleted))
            return statuses.Contains(AssetStatus.Expired) ? UploadExpired() : NotFound();
        return Make(409, "already_confirmed", "Some uploads of this batch do not wait for their files any more. Read the batch, and sign the URLs of the others one by one.", ("batchId", batchId));
    }

    /// <param name="id">The upload, if the client may not know it.</param>
    public static ProblemDetails AlreadyConfirmed(Guid? id = null)
    {
        const string Detail = "This upload is confirmed already, so it needs no URL.";
        return id is { } known ? Make(409, "already_confirmed", Detail, ("id", known)) : Make(409, "already_confirmed", Detail);
    }

    public static ProblemDetails NotAbortable() => Make(
        409, "already_confirmed", "This upload is confirmed already, so it can no longer be aborted. Delete its asset instead.");

    public static ProblemDetails PartsMissing(IReadOnlyList<int> numbers) => Make(
        409,
        "parts_missing",
        $"{numbers.Count} parts have not arrived or have a wrong size; 'missing' names them. Upload them, then complete again.",
        ("missing", numbers));

    public static ProblemDetails Of(MultipartRefusal refusal) => refusal switch
    {
        MultipartRefusal.NotFound => NotFound(),
        MultipartRefusal.NotMultipart => Make(409, "not_multipart", "This upload is a single PUT. PUT the file to its uploadUrl and confirm it, or begin a multipart upload with its id."),
        MultipartRefusal.Expired => UploadExpired(),
        MultipartRefusal.AlreadyConfirmed => AlreadyConfirmed(),
        MultipartRefusal.Gone => Make(409, "multipart_gone", "The object store no longer has this upload: it was aborted there. Request a new one."),
        _ => throw new InvalidOperationException($"No problem for {refusal}."),
    };

    public static ProblemDetails UrlsNotConfigured() => Make(
        501, "urls_not_configured", "This server has no secret to sign such URLs with. Its operator can set one as `Uploads:Multipart:UrlKey`: 32 random bytes in base64.");

    public static ProblemDetails NotReprocessable(string status) => Make(
        409, "not_reprocessable", $"The asset is {status}; only a ready or a failed one can be reprocessed.");

    public static ProblemDetails NotDownloadable(string status) => Make(
        409, "not_downloadable", $"The asset is {status}; only a ready one has files to download.{(status is "pending" or "queued" or "processing" ? " Wait until it is ready." : "")}");

    public static ProblemDetails UnknownVariant(IReadOnlyList<string> known) => Make(
        404, "unknown_variant", $"The asset has no such variant. It has {string.Join(", ", known)}.");

    public static ProblemDetails NotFocusable(string status) => Make(
        409, "not_focusable", $"The asset is {status}; a focal point no longer affects it.");

    public static ProblemDetails NoPerceptualHash(string status) => Make(
        409, "no_perceptual_hash", $"The asset is {status} and has no perceptual hash. If it is ready, reprocess it to compute one.");

    public static ProblemDetails ForbiddenAddress() => Make(
        400, "forbidden_address", "The host of this URL is, or resolves to, an address that webhooks may not reach: a private or reserved one. The server's operator can open networks with `Webhooks:AllowNetworks`.");

    public static ProblemDetails TooManyEndpoints(int most) => Make(
        409, "too_many_endpoints", $"You have {most} webhooks already, which is the limit. Delete one, or change its URL.");

    public static ProblemDetails WebhooksNotConfigured() => Make(
        501, "webhooks_not_configured", "This server has no key to encrypt signing secrets with. Its operator can set one as `Webhooks:EncryptionKey`: 32 random bytes in base64.");

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

    internal static ProblemDetails Make(int status, string code, string detail, params (string Name, object Value)[] more)
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
