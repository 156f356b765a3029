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
        new("too_large", 400, "The announced file is larger than maxSize."),
        new("unauthorized", 401, "The token is missing or invalid."),
        new("not_found", 404, "There is nothing with this id, or it belongs to another user."),
        new("upload_missing", 409, "The file has not arrived yet: PUT it first, then confirm again."),
        new("upload_mismatch", 409, "The size of the file differs from the announced one: request a new upload."),
        new("upload_expired", 409, "The upload was not confirmed in time: request a new one."),
        new("not_reprocessable", 409, "Only a ready or a failed asset can be reprocessed."),
        new("not_focusable", 409, "A focal point no longer affects this asset."),
        new("no_perceptual_hash", 409, "The asset has no perceptual hash; if it is ready, reprocess it to compute one."),
        new("body_too_large", 413, "The body is larger than this route accepts."),
        new("unsupported_media_type", 415, "The body is not JSON in UTF-8."),
        new("rate_limited", 429, "Too many requests of this kind; wait as long as Retry-After says."),
        new("too_many_pending", 429, "Too many uploads of yours are pending; confirm or delete some."),
        new("internal_error", 500, "The server had an internal error; its log has the details."),
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
