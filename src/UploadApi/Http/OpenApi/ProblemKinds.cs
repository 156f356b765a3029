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
        new("invalid_request", 400, "The request cannot be read, or fields are missing or wrong; errors names each of them."),
        new("unsupported_type", 400, "This media type is not accepted; allowedTypes are."),
        new("too_large", 400, "The announced file is larger than maxSize."),
        new("unauthorized", 401, "There is no token, or it is not valid."),
        new("not_found", 404, "There is no such thing, or it belongs to somebody else."),
        new("upload_missing", 409, "The file has not arrived yet: PUT it first, then confirm again."),
        new("upload_mismatch", 409, "The file that arrived has another size than was announced: ask for a new upload."),
        new("upload_expired", 409, "The upload was not confirmed in time: ask for a new one."),
        new("not_reprocessable", 409, "Only a ready or a failed asset can be reprocessed."),
        new("not_focusable", 409, "A focal point can have no effect on this asset any more."),
        new("no_perceptual_hash", 409, "The asset has no perceptual hash; a ready one gets it by a reprocess."),
        new("body_too_large", 413, "The body is larger than this route accepts."),
        new("unsupported_media_type", 415, "The body is not JSON in UTF-8."),
        new("rate_limited", 429, "Too many requests of this kind; Retry-After tells when to come again."),
        new("too_many_pending", 429, "Too many uploads of yours are pending; confirm or delete some."),
        new("internal_error", 500, "Something went wrong on the server's side; its log tells more."),
        new("unavailable", 503, "A part of the service does not answer; nothing was lost, Retry-After tells when to try again."),
        new("insufficient_storage", 507, "The server's disk is full; nothing was lost."),
    }.ToDictionary(kind => kind.Code, StringComparer.Ordinal);

    /// <summary>Declares the errors that a route can answer, in addition to those of every route of its kind.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params string[] codes) => route.WithMetadata(new ProblemCodes(codes));
}

/// <summary>Endpoint metadata: the errors that it can answer.</summary>
internal sealed record ProblemCodes(IReadOnlyList<string> Codes);

/// <summary>Endpoint metadata: its requests are counted for each user.</summary>
internal sealed record CountedRequests;
