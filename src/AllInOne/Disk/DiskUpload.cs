using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Primitives;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using MinDataRate = Microsoft.AspNetCore.Server.Kestrel.Core.MinDataRate;

namespace Pipeline.AllInOne.Disk;

/// <summary>Accepts one signed upload, or refuses it before its first byte if the headers are wrong.</summary>
internal static class DiskUpload
{
    // 10 MiB in ten minutes is seventeen times as fast. A slower client only holds the connection open.
    private static readonly MinDataRate Slowest = new(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));

    public static async Task<IResult> HandleAsync(string? text, HttpContext http, DiskUploadSigner signer, DiskObjectStore store,
        DiskMultipartUploads multipart, DiskUploadSlots slots, TimeProvider time)
    {
        if (!ObjectKey.TryParse(text, out var key)) return DiskError.AccessDenied;
        return signer.Check(key, isUpload: true, DiskUrl.Fields(http.Request.Query)) switch
        {
            DiskUrlCheck.Valid { Terms: { } terms, CommitBefore: var end } => FindViolation(http.Request, terms) ?? await ReceiveAsync(
                http, key.Value, LengthOf(http, terms.Length), slots, end - time.GetUtcNow(), time, token => WriteAsync(http, store, key, terms, end, token)),
            DiskUrlCheck.ValidPart { Part: var part, CommitBefore: var end } => FindViolation(http.Request, part.Length, part.LengthIsBound) ?? await ReceiveAsync(
                http, $"{key}#{part.Number}", LengthOf(http, part.Length), slots, end - time.GetUtcNow(), time,
                token => multipart.WritePartAsync(part with { Length = LengthOf(http, part.Length) }, http.Request.Body, end, token)),
            var check => DiskUrl.Refusal(check) ?? DiskError.SignatureDoesNotMatch,
        };
    }

    /// <param name="http">The request.</param>
    /// <param name="target">The file or part to write: only so many writes to it run at once.</param>
    /// <param name="length">The length of the body.</param>
    /// <param name="slots">The limit.</param>
    /// <param name="left">The time until the bytes come too late.</param>
    /// <param name="time">Measures it.</param>
    /// <param name="write">Stores the bytes; returns their entity tag, or null if what they belong to is gone.</param>
    private static async Task<IResult> ReceiveAsync(HttpContext http, string target, long length, DiskUploadSlots slots, TimeSpan left, TimeProvider time,
        Func<CancellationToken, Task<string?>> write)
    {
        // The server's default limit may be below the signed length; allow exactly the signed length.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = length;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = Slowest;
        using var late = new CancellationTokenSource(left, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, late.Token);
        if (!slots.TryTake(target)) return DiskError.SlowDown;
        try
        {
            if (await write(stop.Token) is not { } etag) return DiskError.NoSuchUpload;
            http.Response.Headers.ETag = $"\"{etag}\"";
            return Results.Ok();
        }
        catch (Exception e) when (Refusal(e, http, late) is { } refusal)
        {
            return refusal;
        }
        finally
        {
            slots.Return(target);
        }
    }

    private static async Task<string?> WriteAsync(
        HttpContext http, DiskObjectStore store, ObjectKey key, UploadTerms terms, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var written = (WriteResult.Written)await store.WriteAsync(key, http.Request.Body, LengthOf(http, terms.Length),
            new DiskWriteTerms { Sha256 = terms.Sha256, CommitBefore = end, KeepsReserve = true },
            new WriteOptions { ContentType = terms.ContentType, Metadata = terms.Metadata }, cancellationToken);
        return written.ETag;
    }

    private static DiskError? Refusal(Exception exception, HttpContext http, CancellationTokenSource late) => exception switch
    {
        ChecksumMismatchException => DiskError.BadDigest,
        CommitTooLateException => DiskError.TooLate,
        _ when InsufficientStorageException.IsCause(exception) => DiskError.InsufficientStorage,
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => DiskError.TooSlow,
        BadHttpRequestException or EndOfStreamException or ConnectionResetException => DiskError.IncompleteBody,
        OperationCanceledException when http.RequestAborted.IsCancellationRequested => DiskError.IncompleteBody,
        OperationCanceledException when late.IsCancellationRequested => DiskError.TooLate,
        _ => null,
    };

    private static DiskError? FindViolation(HttpRequest request, UploadTerms terms)
    {
        if (FindViolation(request, terms.Length, terms.LengthIsBound) is { } wrongLength) return wrongLength;
        if (request.ContentType != terms.ContentType && (terms.AnnouncedType is not { } announced || (request.ContentType ?? "") != announced)) return DiskError.WrongType;
        return request.Headers[DiskUploadSigner.ChecksumHeader] is { Count: > 0 } sent && !IsChecksum(sent, terms.Sha256)
            ? DiskError.WrongChecksumHeader
            : null;
    }

    // The check before has compared this with the signed length, unless that was a bound.
    private static long LengthOf(HttpContext http, long signed) => http.Request.ContentLength ?? signed;

    private static DiskError? FindViolation(HttpRequest request, long signed, bool isBound) => request.ContentLength switch
    {
        null => DiskError.MissingLength,
        var length when isBound && length > signed => DiskError.TooLarge,
        var length when (isBound && length < 1) || (!isBound && length != signed) => DiskError.WrongLength,
        _ => null,
    };

    private static bool IsChecksum(StringValues sent, string? sha256) =>
        sha256 is not null && sent.Count == 1 && sent[0] == Convert.ToBase64String(Convert.FromHexString(sha256));
}
