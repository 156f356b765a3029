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
        DiskUploadSlots slots, TimeProvider time)
    {
        if (!ObjectKey.TryParse(text, out var key)) return DiskError.AccessDenied;
        var check = signer.Check(key, isUpload: true, DiskUrl.Fields(http.Request.Query));
        if (check is not DiskUrlCheck.Valid { Terms: { } terms, CommitBefore: var end }) return DiskUrl.Refusal(check) ?? DiskError.SignatureDoesNotMatch;
        if (FindViolation(http.Request, terms) is { } breach) return breach;
        // The server's default limit may be below the signed length; allow exactly the signed length.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = terms.Length;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = Slowest;
        using var late = new CancellationTokenSource(end - time.GetUtcNow(), time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, late.Token);
        if (!slots.TryTake(key)) return DiskError.SlowDown;
        try
        {
            var written = (WriteResult.Written)await store.WriteAsync(key, http.Request.Body, terms.Length,
                new DiskWriteTerms { Sha256 = terms.Sha256, CommitBefore = end, KeepsReserve = true },
                new WriteOptions { ContentType = terms.ContentType, Metadata = terms.Metadata }, stop.Token);
            http.Response.Headers.ETag = $"\"{written.ETag}\"";
            return Results.Ok();
        }
        catch (Exception e) when (Refusal(e, http, late) is { } refusal)
        {
            return refusal;
        }
        finally
        {
            slots.Return(key);
        }
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
        if (request.ContentLength is not { } length) return DiskError.MissingLength;
        if (length != terms.Length) return DiskError.WrongLength;
        if (request.ContentType != terms.ContentType && (terms.AnnouncedType is not { } announced || (request.ContentType ?? "") != announced)) return DiskError.WrongType;
        return request.Headers[DiskUploadSigner.ChecksumHeader] is { Count: > 0 } sent && !IsChecksum(sent, terms.Sha256)
            ? DiskError.WrongChecksumHeader
            : null;
    }

    private static bool IsChecksum(StringValues sent, string? sha256) =>
        sha256 is not null && sent.Count == 1 && sent[0] == Convert.ToBase64String(Convert.FromHexString(sha256));
}
