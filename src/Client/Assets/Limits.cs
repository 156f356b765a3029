namespace Pipeline.Client;

/// <summary>What the user may upload, and what is left.</summary>
/// <param name="TenantId">The tenant of the token.</param>
/// <param name="Types">The accepted media types.</param>
/// <param name="MaxBytes">Bytes of the largest file.</param>
/// <param name="MaxFiles">Most files in one request.</param>
/// <param name="UrlSeconds">Seconds for which an upload URL is valid.</param>
/// <param name="Quotas">Each limit, and how much of it is used.</param>
/// <param name="MultipartFromBytes">From which size on a file is sent in parts; null if the server takes every file in one PUT.</param>
public sealed record UploadLimits(
    string TenantId, IReadOnlyList<AcceptedType> Types, long MaxBytes, int MaxFiles, int UrlSeconds, IReadOnlyList<Quota> Quotas, long? MultipartFromBytes = null);

/// <summary>A type that the server accepts.</summary>
/// <param name="ContentType">The media type.</param>
/// <param name="Extensions">The endings of file names, with the dot.</param>
public sealed record AcceptedType(string ContentType, IReadOnlyList<string> Extensions);

/// <summary>A limit of the user or the tenant.</summary>
/// <param name="Limit">The name, such as <c>user_bytes_stored</c>.</param>
/// <param name="Used">The used amount.</param>
/// <param name="Max">The limit; null if there is none.</param>
/// <param name="Remaining">The rest; null without a limit.</param>
/// <param name="ResetsAt">When all is left again; null for storage.</param>
public sealed record Quota(string Limit, long Used, long? Max = null, long? Remaining = null, DateTimeOffset? ResetsAt = null);

/// <summary>A short-lived URL that reads a file. A secret until it expires.</summary>
/// <param name="Url">The URL.</param>
/// <param name="ExpiresAt">When it expires.</param>
public sealed record DownloadUrl(Uri Url, DateTimeOffset ExpiresAt);

/// <summary>A picture for a page.</summary>
/// <param name="Html">A <c>picture</c> element, escaped.</param>
public sealed record Picture(string Html);

/// <summary>What became of a request for one of several assets.</summary>
/// <param name="Id">The asset.</param>
/// <param name="Success">Whether it was done.</param>
/// <param name="Error">Why it was not; null on success.</param>
public sealed record ItemResult(string Id, bool Success, ItemError? Error = null);

/// <summary>Why a request failed for one asset.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Detail">A sentence for people.</param>
public sealed record ItemError(string Code, string Detail);
