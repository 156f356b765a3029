using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.S3.Model;

namespace Pipeline.Storage.S3;

/// <summary>The store reported success, but its answer is not valid. Retried like any other fault of the store.</summary>
internal sealed class S3ResponseException(string message, Exception? inner = null) : IOException($"The object store gave a wrong response: {message}", inner);

/// <summary>
/// Validates successful answers. A proxy may answer in the store's place with a page, a truncated body or another object, and such an answer
/// must never decide the fate of a file.
/// </summary>
internal static class S3ResponseChecks
{
    /// <summary>Maximum number of consecutive pages without a new key; after that the listing counts as endless.</summary>
    public const int MaxEmptyPages = 1000;

    public static void Check(GetObjectMetadataResponse answer)
    {
        IsObject(answer.HttpStatusCode, answer.ETag, answer.Headers);
    }

    /// <param name="answer">The answer with its headers; the body is not read.</param>
    /// <param name="resumed">The object and the byte at which the download resumes; null for a request for the whole object.</param>
    public static void Check(GetObjectResponse answer, (ObjectInfo Info, long From)? resumed)
    {
        IsObject(resumed is null ? answer.HttpStatusCode : HttpStatusCode.OK, answer.ETag, answer.Headers);
        if (resumed is not { Info: var info, From: var from }) return;
        if (answer.HttpStatusCode != HttpStatusCode.PartialContent
            || answer.ContentRange != $"bytes {from}-{info.Size - 1}/{info.Size}"
            || answer.ContentLength != info.Size - from
            || S3EntityTags.Bare(answer.ETag) != info.ETag)
            throw new S3ResponseException($"the object from byte {from} was requested, and another range came.");
    }

    /// <summary>Checks that the answer to a PUT or DELETE has no body.</summary>
    public static void IsEmpty(AmazonWebServiceResponse answer)
    {
        var expected = answer.HttpStatusCode == HttpStatusCode.NoContent || (answer.HttpStatusCode == HttpStatusCode.OK && answer.ContentLength == 0);
        if (!expected) throw new S3ResponseException($"it answered {(int)answer.HttpStatusCode} with an unexpected body.");
    }

    /// <summary>
    /// Whether the tag of a write must be the MD5 of its bytes: it has the form of an MD5, and no header says that the object is encrypted with
    /// a key.
    /// </summary>
    public static bool HasMd5Tag(PutObjectResponse answer) =>
        S3EntityTags.Bare(answer.ETag) is { Length: 32 } tag && tag.All(char.IsAsciiHexDigit)
        && answer.ServerSideEncryptionMethod?.Value?.StartsWith("aws:kms", StringComparison.Ordinal) != true
        && string.IsNullOrEmpty(answer.ServerSideEncryptionCustomerMethod?.Value);

    /// <param name="page">One page of a listing.</param>
    /// <param name="request">The request for this page.</param>
    /// <param name="last">The last key of the previous pages.</param>
    /// <returns>The last key so far.</returns>
    public static string? Check(ListObjectsV2Response page, ListObjectsV2Request request, string? last)
    {
        // The SDK parses an <Error> or an XHTML page as an empty listing, and ObjectCleanup would then miss objects.
        if (page.IsTruncated is not { } truncated) throw new S3ResponseException("a listing was requested, and something else came.");
        if (truncated && (string.IsNullOrEmpty(page.NextContinuationToken) || page.NextContinuationToken == request.ContinuationToken))
            throw new S3ResponseException("a page of its listing is truncated but has no new continuation token.");
        if (page.KeyCount is { } count && count != (page.S3Objects?.Count ?? 0)) throw new S3ResponseException("a page of its listing is incomplete.");
        foreach (var listed in page.S3Objects ?? [])
        {
            if (listed.Key is not { } key || !key.StartsWith(request.Prefix, StringComparison.Ordinal))
                throw new S3ResponseException("its listing holds keys that were not requested.");
            if (listed.Size is not >= 0 || string.IsNullOrEmpty(listed.ETag)) throw new S3ResponseException("its listing holds an object without size or tag.");

            // Our keys are all ASCII. For other keys, byte order and character order differ, so the order is not checked.
            if (!Ascii.IsValid(key)) continue;
            if (string.CompareOrdinal(last, key) >= 0) throw new S3ResponseException("its listing returns keys again.");
            last = key;
        }

        return last;
    }

    /// <param name="page">One page of the parts of an upload.</param>
    /// <param name="request">The request for this page.</param>
    /// <param name="last">The last number of the previous pages.</param>
    public static void Check(ListPartsResponse page, ListPartsRequest request, int last)
    {
        // The SDK parses another document as an empty list, and every part would count as missing.
        if (page.UploadId != request.UploadId || page.IsTruncated is not { } truncated)
            throw new S3ResponseException("the parts of an upload were requested, and something else came.");
        foreach (var part in page.Parts ?? [])
        {
            if (part.PartNumber is not { } number || number <= last || part.Size is not >= 0 || string.IsNullOrEmpty(part.ETag))
                throw new S3ResponseException("its list of parts is not in order, or holds a part without size or tag.");
            last = number;
        }

        if (truncated && page.NextPartNumberMarker != last) throw new S3ResponseException("a page of its list of parts does not say where the next one begins.");
    }

    /// <param name="page">One page of the open uploads.</param>
    /// <param name="request">The request for this page.</param>
    public static void Check(ListMultipartUploadsResponse page, ListMultipartUploadsRequest request)
    {
        if (page.IsTruncated is not { } truncated) throw new S3ResponseException("the open uploads were requested, and something else came.");
        if ((page.MultipartUploads ?? []).Exists(open => open.Key?.StartsWith(request.Prefix, StringComparison.Ordinal) != true || string.IsNullOrEmpty(open.UploadId) || open.Initiated is null))
            throw new S3ResponseException("its list of open uploads holds others than those that were requested.");
        if (truncated && (string.IsNullOrEmpty(page.NextKeyMarker) || (page.NextKeyMarker == request.KeyMarker && page.NextUploadIdMarker == request.UploadIdMarker)))
            throw new S3ResponseException("a page of its list of open uploads does not say where the next one begins.");
    }

    private static void IsObject(HttpStatusCode status, string? etag, HeadersCollection headers)
    {
        if (status != HttpStatusCode.OK) throw new S3ResponseException($"a whole object was requested, and status {(int)status} came.");
        if (string.IsNullOrEmpty(etag?.Trim('"'))) throw S3EntityTags.None();

        // We store no HTML, and a proxy's own page may well have a tag.
        if (headers.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true)
            throw new S3ResponseException("an object was requested, and an HTML page came.");
    }
}
