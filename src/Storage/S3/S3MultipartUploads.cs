using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace Pipeline.Storage.S3;

/// <summary>
/// Multipart uploads to a bucket. An answer that is lost is asked for again: a second creation leaves an upload that nobody knows, and a second
/// completion finds no upload.
/// </summary>
internal sealed class S3MultipartUploads(AmazonS3Client client, S3AreaSettings area, S3Calls calls) : IMultipartUploads
{
    /// <inheritdoc />
    public async Task<string> CreateAsync(ObjectKey key, WriteOptions options, CancellationToken cancellationToken)
    {
        WriteRules.Check(options);
        var request = new InitiateMultipartUploadRequest { BucketName = area.Bucket, Key = area.Wire(key), ContentType = options.ContentType };
        if (options.CacheControl is { } cacheControl) request.Headers.CacheControl = cacheControl;
        foreach (var (name, value) in options.Metadata) request.Metadata.Add(name, value);
        return await calls.AskAsync(
            async token =>
            {
                var response = await client.InitiateMultipartUploadAsync(request, token);
                return response.UploadId is { Length: > 0 } id && response.Key == request.Key
                    ? id
                    : throw new S3ResponseException("a multipart upload was begun, and something else came.");
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<UploadedPart>?> ListPartsAsync(ObjectKey key, string uploadId, CancellationToken cancellationToken)
    {
        var request = new ListPartsRequest { BucketName = area.Bucket, Key = area.Wire(key), UploadId = uploadId };
        var parts = new List<UploadedPart>();
        try
        {
            do
            {
                var last = parts.Count == 0 ? 0 : parts[^1].Number;
                var page = await calls.AskAsync(
                    async token =>
                    {
                        var response = await client.ListPartsAsync(request, token);
                        S3ResponseChecks.Check(response, request, last);
                        return response;
                    },
                    cancellationToken);
                parts.AddRange((page.Parts ?? []).Select(part => new UploadedPart(part.PartNumber!.Value, part.Size!.Value, S3EntityTags.Bare(part.ETag))));
                request.PartNumberMarker = page.IsTruncated == true ? page.NextPartNumberMarker?.ToString() : null;
            }
            while (request.PartNumberMarker is not null);
            return parts;
        }
        catch (AmazonS3Exception e) when (IsMissing(e))
        {
            return null;
        }
    }

    /// <inheritdoc />
    public async Task<CompletionResult> CompleteAsync(
        ObjectKey key, string uploadId, IReadOnlyList<UploadedPart> parts, CancellationToken cancellationToken)
    {
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = area.Bucket,
            Key = area.Wire(key),
            UploadId = uploadId,
            PartETags = [.. parts.Select(part => new PartETag(part.Number, part.ETag))],
        };
        try
        {
            return await calls.AskAsync(
                async token =>
                {
                    try
                    {
                        // The status is 200 before the parts are joined, so only a body with a tag confirms it.
                        var response = await client.CompleteMultipartUploadAsync(request, token);
                        return string.IsNullOrEmpty(response.ETag?.Trim('"')) ? throw S3EntityTags.None() : CompletionResult.Completed;
                    }
                    catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.InternalServerError)
                    {
                        // Ceph answers so for an upload that does not exist any more, and for one that another request completes.
                        await client.ListPartsAsync(new ListPartsRequest { BucketName = area.Bucket, Key = request.Key, UploadId = uploadId, MaxParts = 1 }, token);
                        throw;
                    }
                },
                cancellationToken);
        }
        catch (AmazonS3Exception e) when (IsMissing(e))
        {
            return CompletionResult.Missing;
        }
        catch (AmazonS3Exception e) when (e.ErrorCode is "InvalidPart" or "InvalidPartOrder" or "EntityTooSmall")
        {
            return CompletionResult.Changed;
        }
    }

    /// <inheritdoc />
    public async Task AbortAsync(ObjectKey key, string uploadId, CancellationToken cancellationToken)
    {
        var request = new AbortMultipartUploadRequest { BucketName = area.Bucket, Key = area.Wire(key), UploadId = uploadId };
        try
        {
            await calls.AskAsync(
                async token =>
                {
                    var response = await client.AbortMultipartUploadAsync(request, token);
                    S3ResponseChecks.IsEmpty(response);
                    return response;
                },
                cancellationToken);
        }
        catch (AmazonS3Exception e) when (IsMissing(e))
        {
            // It was completed or aborted before.
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<OpenUpload> ListOpenAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListMultipartUploadsRequest { BucketName = area.Bucket, Prefix = area.Prefix + prefix };
        do
        {
            var page = await calls.AskAsync(
                async token =>
                {
                    var response = await client.ListMultipartUploadsAsync(request, token);
                    S3ResponseChecks.Check(response, request);
                    return response;
                },
                cancellationToken);
            foreach (var open in page.MultipartUploads ?? [])
            {
                // Skip uploads that other programs began.
                if (ObjectKey.TryParse(open.Key[area.Prefix.Length..], out var key))
                    yield return new OpenUpload(key, open.UploadId, new DateTimeOffset(open.Initiated!.Value.ToUniversalTime()));
            }

            (request.KeyMarker, request.UploadIdMarker) = page.IsTruncated == true ? (page.NextKeyMarker, page.NextUploadIdMarker) : (null, null);
        }
        while (request.KeyMarker is not null);
    }

    private static bool IsMissing(AmazonS3Exception exception) => exception.ErrorCode is "NoSuchUpload" or "NoSuchKey";
}
