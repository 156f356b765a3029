using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace Pipeline.Storage.S3;

/// <summary>
/// Objects in a bucket, or below a prefix in one. The server decides all races. Two bounds: a write with
/// <see cref="WriteOptions.IfAbsent"/> whose answer was lost on the way finds its own object at the second try and tells
/// <see cref="WriteResult.AlreadyThere"/>; and a copy is only as conditional as the server makes it (Ceph 16 ignores the source's tag).
/// </summary>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    private readonly S3Connection _connection;
    private readonly AmazonS3Client _client;
    private readonly S3AreaSettings _area;
    private readonly S3StorageOptions _options;
    private readonly S3Calls _calls;
    private readonly S3EntityTags _tags = new();

    internal S3ObjectStore(S3Connection connection, S3AreaSettings area, S3StorageOptions options, TimeProvider time, ILogger logger)
    {
        (_connection, _client, _area, _options) = (connection, connection.Client, area, options);
        _calls = new S3Calls(options, time, logger);
    }

    /// <inheritdoc />
    public async Task<ObjectInfo?> HeadAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var request = new GetObjectMetadataRequest { BucketName = _area.Bucket, Key = _area.Wire(key) };
        try
        {
            var response = await _calls.RunAsync(token => _client.GetObjectMetadataAsync(request, token), cancellationToken);
            return S3Infos.Of(key, response);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            // An answer to HEAD has no body, so a missing object looks like a missing bucket; that to GET says which it is.
            await using var read = await ReadAsync(key, null, cancellationToken);
            return (read as ReadResult.Found)?.Info;
        }
    }

    /// <inheritdoc />
    public async Task<ReadResult> ReadAsync(ObjectKey key, string? ifMatch, CancellationToken cancellationToken)
    {
        try
        {
            var response = await GetAsync(key, ifMatch, from: 0, cancellationToken);
            var info = S3Infos.Of(key, response);
            return new ReadResult.Found(info, new S3Download(response, _options, (from, token) => ResumeAsync(info, from, token)));
        }
        catch (AmazonS3Exception e) when (S3Faults.IsMissingObject(e))
        {
            return new ReadResult.Missing();
        }
        catch (AmazonS3Exception e) when (S3Faults.IsFailedCondition(e))
        {
            return new ReadResult.Changed();
        }
    }

    /// <inheritdoc />
    public async Task<WriteResult> WriteAsync(ObjectKey key, Stream content, long length, WriteOptions options, CancellationToken cancellationToken)
    {
        WriteRules.Check(options);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        await using var body = await S3Body.OpenAsync(content, length, cancellationToken);
        try
        {
            var response = await _calls.RunAsync(token => _client.PutObjectAsync(PutRequest(key, body, length, options), token), cancellationToken);
            return new WriteResult.Written(S3EntityTags.Bare(response.ETag));
        }
        catch (AmazonS3Exception e) when (options.IfAbsent && S3Faults.IsFailedCondition(e))
        {
            return new WriteResult.AlreadyThere();
        }
    }

    /// <inheritdoc />
    public async Task<CopyResult> CopyAsync(ObjectKey source, ObjectKey destination, string ifMatch, WriteOptions options,
        CancellationToken cancellationToken)
    {
        WriteRules.Check(options);
        if (options.IfAbsent) throw new ArgumentException("A copy cannot ask for IfAbsent.", nameof(options));
        try
        {
            var response = await _tags.MatchAsync(
                ifMatch,
                tag => _calls.RunAsync(token => _client.CopyObjectAsync(CopyRequest(source, destination, tag, options), token), cancellationToken),
                async () => (await HeadAsync(source, cancellationToken))?.ETag);
            return new CopyResult.Copied(S3EntityTags.Bare(response.ETag));
        }
        catch (AmazonS3Exception e) when (S3Faults.IsMissingObject(e))
        {
            return new CopyResult.Missing();
        }
        catch (AmazonS3Exception e) when (S3Faults.IsFailedCondition(e))
        {
            return new CopyResult.Changed();
        }
    }

    /// <inheritdoc />
    public async Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var request = new DeleteObjectRequest { BucketName = _area.Bucket, Key = _area.Wire(key) };
        try
        {
            await _calls.RunAsync(token => _client.DeleteObjectAsync(request, token), cancellationToken);
        }
        catch (AmazonS3Exception e) when (S3Faults.IsMissingObject(e))
        {
            // S3 says nothing of it; some others do.
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A prefix that no key can have matches nothing; it is not for the server to make something of it.
        if (prefix.Length > 0 && !ObjectKey.TryParse(prefix.EndsWith('/') ? prefix[..^1] : prefix, out _)) yield break;
        var request = new ListObjectsV2Request { BucketName = _area.Bucket, Prefix = _area.Prefix + prefix, StartAfter = after is null ? null : _area.Prefix + after };
        do
        {
            var page = await _calls.RunAsync(token => _client.ListObjectsV2Async(request, token), cancellationToken);
            foreach (var listed in page.S3Objects ?? [])
            {
                // What others put into the bucket is no object of ours.
                if (ObjectKey.TryParse(listed.Key[_area.Prefix.Length..], out var key)) yield return S3Infos.Of(key, listed);
            }

            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    /// <summary>Closes the connections. Objects that are being read break off.</summary>
    public void Dispose() => _connection.Dispose();

    private Task<GetObjectResponse> GetAsync(ObjectKey key, string? ifMatch, long from, CancellationToken cancellationToken)
    {
        return ifMatch is null
            ? Get(null)
            : _tags.MatchAsync(ifMatch, Get, async () => (await HeadAsync(key, cancellationToken))?.ETag);

        async Task<GetObjectResponse> Get(string? tag)
        {
            var request = new GetObjectRequest { BucketName = _area.Bucket, Key = _area.Wire(key), EtagToMatch = tag };
            if (from > 0) request.ByteRange = new ByteRange($"bytes={from}-");
            var response = await _calls.RunAsync(token => _client.GetObjectAsync(request, token), cancellationToken);
            if (response.ETag is { Length: > 0 }) return response;
            response.Dispose();
            throw S3EntityTags.None();
        }
    }

    private async Task<GetObjectResponse> ResumeAsync(ObjectInfo info, long from, CancellationToken cancellationToken)
    {
        var response = await GetAsync(info.Key, info.ETag, from, cancellationToken);
        if (response.ContentLength == info.Size - from && S3EntityTags.Bare(response.ETag) == info.ETag) return response;
        response.Dispose();
        throw new IOException($"{info.Key} could not be taken up again at byte {from}.");
    }

    private PutObjectRequest PutRequest(ObjectKey key, S3Body body, long length, WriteOptions options)
    {
        body.Rewind();
        var request = new PutObjectRequest
        {
            BucketName = _area.Bucket,
            Key = _area.Wire(key),
            InputStream = body.Content,
            AutoCloseStream = false,
            AutoResetStreamPosition = false,
            // The whole body's hash is signed instead, which the server then checks; R2 refuses signed chunks.
            UseChunkEncoding = false,
            ContentType = options.ContentType,
            IfNoneMatch = options.IfAbsent ? "*" : null,
            StorageClass = _area.StorageClass is { } storageClass ? S3StorageClass.FindValue(storageClass) : null,
        };
        request.Headers.ContentLength = length;
        if (options.CacheControl is { } cacheControl) request.Headers.CacheControl = cacheControl;
        foreach (var (name, value) in options.Metadata) request.Metadata.Add(name, value);
        return request;
    }

    private CopyObjectRequest CopyRequest(ObjectKey source, ObjectKey destination, string tag, WriteOptions options)
    {
        var request = new CopyObjectRequest
        {
            SourceBucket = _area.Bucket,
            SourceKey = _area.Wire(source),
            DestinationBucket = _area.Bucket,
            DestinationKey = _area.Wire(destination),
            ETagToMatch = tag,
            MetadataDirective = S3MetadataDirective.REPLACE,
            ContentType = options.ContentType,
            StorageClass = _area.StorageClass is { } storageClass ? S3StorageClass.FindValue(storageClass) : null,
        };
        if (options.CacheControl is { } cacheControl) request.Headers.CacheControl = cacheControl;
        foreach (var (name, value) in options.Metadata) request.Metadata.Add(name, value);
        return request;
    }
}
