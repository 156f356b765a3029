using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Pipeline.Storage;
using Pipeline.Storage.Disk;

namespace Pipeline.AllInOne.Disk;

/// <summary>Takes one signed upload in, or refuses it before its first byte where the headers already tell.</summary>
internal static class DiskUpload
{
    public static async Task<IResult> HandleAsync(string? text, HttpContext http, DiskUploadSigner signer, DiskObjectStore store)
    {
        if (!ObjectKey.TryParse(text, out var key)) return DiskError.AccessDenied;
        var check = signer.Check(key, isUpload: true, DiskUrl.Fields(http.Request.Query));
        if (check is not DiskUrlCheck.Valid { Terms: { } terms }) return DiskUrl.Refusal(check) ?? DiskError.SignatureDoesNotMatch;
        if (Breach(http.Request, terms) is { } breach) return breach;
        // Kestrel's own default is lower than what may have been signed, and nothing above what was signed is wanted.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = terms.Length;
        var options = new WriteOptions { ContentType = terms.ContentType, Metadata = terms.Metadata };
        try
        {
            var written = (WriteResult.Written)await store.WriteAsync(key, http.Request.Body, terms.Length, terms.Sha256, options, http.RequestAborted);
            http.Response.Headers.ETag = $"\"{written.ETag}\"";
            return Results.Ok();
        }
        catch (ChecksumMismatchException)
        {
            return DiskError.BadDigest;
        }
        catch (Exception e) when (e is BadHttpRequestException or EndOfStreamException or ConnectionResetException
            || (e is OperationCanceledException && http.RequestAborted.IsCancellationRequested))
        {
            return DiskError.IncompleteBody;
        }
    }

    private static DiskError? Breach(HttpRequest request, UploadTerms terms)
    {
        if (request.ContentLength is not { } length) return DiskError.MissingLength;
        if (length != terms.Length) return DiskError.WrongLength;
        if (request.ContentType != terms.ContentType) return DiskError.WrongType;
        return request.Headers[DiskUploadSigner.ChecksumHeader] is { Count: > 0 } sent && !IsChecksum(sent, terms.Sha256)
            ? DiskError.WrongChecksumHeader
            : null;
    }

    private static bool IsChecksum(StringValues sent, string? sha256) =>
        sha256 is not null && sent.Count == 1 && sent[0] == Convert.ToBase64String(Convert.FromHexString(sha256));
}
