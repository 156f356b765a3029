using Microsoft.AspNetCore.Builder;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>One of the errors of the API, as the document describes it.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="When">When the API answers with it.</param>
internal sealed record ProblemKind(string Code, int Status, string When)
{
    /// <summary>Name of its schema.</summary>
    public string SchemaName => string.Concat(Code.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])) + "Problem";
}

/// <summary>All errors of the documented routes.</summary>
internal static class ProblemKinds
{
    public static readonly IReadOnlyDictionary<string, ProblemKind> ByCode = new ProblemKind[]
    {
        new("invalid_request", 400, "The request cannot be read, or fields are missing or invalid; errors names each of them."),
        new("unsupported_type", 400, "This media type is not accepted; allowedTypes lists the accepted ones."),
        new("too_large", 400, "The file is larger than maxSize. A file that arrived without an announced size is deleted."),
        new("forbidden_address", 400, "The host of the URL is, or resolves to, a private or reserved address."),
        new("filter_required", 400, "The filter has no condition; add one, or send all: true."),
        new("unauthorized", 401, "The token is missing or invalid."),
        new("forbidden", 403, "The token lacks the role that this route needs; role names it."),
        new("storage_full", 403, "The storage of the user or the tenant is full; limit says which. Delete assets."),
        new("not_found", 404, "There is nothing with this id, or it belongs to another user."),
        new("unknown_variant", 404, "The asset has no variant of this name, format or key."),
        new("unknown_job", 404, "There is no job of this name; jobs lists them."),
        new("unknown_queue", 404, "There is no queue of dead letters with this name."),
        new("queue_not_readable", 409, "The API's user at the broker may not read this queue."),
        new("job_paused", 409, "The job is paused: resume it first."),
        new("upload_missing", 409, "The file has not arrived yet: PUT it first, then confirm again."),
        new("upload_mismatch", 409, "The size of the file differs from the announced one: request a new upload."),
        new("upload_expired", 409, "The upload was not confirmed in time: request a new one."),
        new("parts_missing", 409, "Parts have not arrived or have a wrong size; missing names them: upload them, then complete again."),
        new("not_multipart", 409, "The upload is a single PUT, so it has no parts."),
        new("multipart_gone", 409, "The store no longer has the upload: request a new one."),
        new("already_confirmed", 409, "The upload is confirmed already, so it needs no URL; a repeated request gets its id or batchId."),
        new("not_reprocessable", 409, "Only a ready or a failed asset can be reprocessed."),
        new("not_focusable", 409, "A focal point no longer affects this asset."),
        new("not_downloadable", 409, "Only a ready asset has files to download."),
        new("no_perceptual_hash", 409, "The asset has no perceptual hash; if it is ready, reprocess it to compute one."),
        new("reconcile_unsafe", 409, "Something speaks against the deletion of orphans; nothing was deleted."),
        new("migrate_not_ready", 409, "The area cannot move now: the target does not work, or a server or a worker does not write to it."),
        new("migrate_incomplete", 409, "The two stores of the area differ, or were not compared within the last hour; counts and examples name what differs."),
        new("migrate_back_expired", 409, "The area was switched more than seven days ago."),
        new("rollback_expired", 409, "What the run replaced is not kept any more."),
        new("run_state", 409, "The state of the run does not allow this; state names it."),
        new("plan_used", 409, "The plan was applied or cancelled before; make a new one."),
        new("plan_expired", 409, "The plan is too old; make a new one."),
        new("plan_stale", 409, "Profiles have changed since the plan; make a new one."),
        new("run_active", 409, "Another run of this kind is running or paused; runId names it."),
        new("manifests_unsigned", 409, "No key signs manifests here, so no row can be made of one."),
        new("idempotency_in_progress", 409, "A request with the same Idempotency-Key is being handled; send this one again."),
        new("too_many_endpoints", 409, "You have 20 webhooks already; delete one or change its URL."),
        new("cursor_expired", 410, "The event of this cursor is forgotten or unknown: list the assets, then read on without a cursor."),
        new("body_too_large", 413, "The body is larger than this route accepts."),
        new("unsupported_media_type", 415, "The body is not JSON in UTF-8."),
        new("idempotency_key_reused", 422, "An earlier request with the same Idempotency-Key asked for something else; use a new key."),
        new("quota_exceeded", 429, "A limit of the day is used up; limit says which, and resetsAt when it is whole again."),
        new("rate_limited", 429, "Too many requests of this kind; wait as long as Retry-After says."),
        new("too_many_pending", 429, "Too many uploads of yours are pending; confirm or delete some."),
        new("too_many_streams", 429, "Too many streams of yours are open at this server; close some."),
        new("internal_error", 500, "The server had an internal error; its log has the details."),
        new("webhooks_not_configured", 501, "The server's operator has set no key to encrypt signing secrets with."),
        new("urls_not_configured", 501, "The server's operator has set no secret to sign such URLs with."),
        new("unavailable", 503, "A part of the service does not answer; no data was lost, wait as long as Retry-After says."),
        new("insufficient_storage", 507, "The server's disk is full; no data was lost."),
    }.ToDictionary(kind => kind.Code, StringComparer.Ordinal);

    /// <summary>Declares the errors that a route can answer, in addition to those of every route of its kind.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params string[] codes) => route.WithMetadata(new ProblemCodes(codes));
}

/// <summary>Endpoint metadata: the errors that it can answer.</summary>
internal sealed record ProblemCodes(IReadOnlyList<string> Codes);

/// <summary>Endpoint metadata: its requests are counted for each user.</summary>
internal sealed record CountedRequests;
