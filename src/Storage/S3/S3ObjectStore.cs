using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace Pipeline.Storage.S3;

/// <summary>
/// Stores objects in a bucket, or under a prefix in one. The server resolves all races. Two limits: if the answer to a write with
/// <see cref="WriteOptions.IfAbsent"/> is lost, the retry finds its own object and returns <see cref="WriteResult.AlreadyThere"/>; and copies
/// are conditional only if the server checks the source's tag (Ceph 16 ignores it).
/// </summary>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    // The most that S3 takes in one request.
    private const int MaxDeletions = 1000;

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

    /// <summary>Uploads in parts to the same bucket, on the same connections.</summary>
    internal S3MultipartUploads Multipart => new(_client, _area, _calls);

    /// <inheritdoc />
    public async Task<ObjectInfo?> HeadAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await _calls.RunAsync(token => HeadOnceAsync(key, token), cancellationToken);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            // An answer to HEAD has no body, so a missing object looks like a missing bucket; a GET tells them apart.
            await using var read = await ReadAsync(key, null, cancellationToken);
            return (read as ReadResult.Found)?.Info;
        }
    }

    /// <inheritdoc />
    public async Task<ReadResult> ReadAsync(ObjectKey key, string? ifMatch, CancellationToken cancellationToken)
    {
        try
        {
            var response = await GetAsync(key, ifMatch, resumed: null, cancellationToken);
            var info = S3ObjectInfos.Of(key, response);
            if (ifMatch is not null && info.ETag != ifMatch)
            {
                response.Dispose();
                return await HeadAsync(key, cancellationToken) is { ETag: var now } && now == info.ETag
                    ? new ReadResult.Changed()
                    : throw new S3ResponseException("it returned another version than the requested one.");
            }

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
            return new WriteResult.Written(await _calls.AskAsync(token => PutOnceAsync(key, body, length, options, token), cancellationToken));
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
            var copied = await _tags.MatchAsync(
                ifMatch,
                tag => _calls.AskAsync(token => CopyOnceAsync(S3Requests.Copy(_area, source, destination, tag, options), destination, token), cancellationToken),
                async () => (await HeadAsync(source, cancellationToken))?.ETag);
            return new CopyResult.Copied(copied);
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
            await _calls.AskAsync(
                async token =>
                {
                    var response = await _client.DeleteObjectAsync(request, token);
                    S3ResponseChecks.IsEmpty(response);
                    return response;
                },
                cancellationToken);
        }
        catch (AmazonS3Exception e) when (S3Faults.IsMissingObject(e))
        {
            // S3 reports success for a missing object; some other servers answer NoSuchKey.
        }
    }

    /// <inheritdoc />
    public async Task DeleteAsync(IReadOnlyCollection<ObjectKey> keys, CancellationToken cancellationToken)
    {
        foreach (var chunk in keys.Chunk(MaxDeletions))
        {
            // A key that the answer does not name is deleted alone: a page of a proxy names none, and a refusal has its own error there.
            foreach (var key in chunk.Length == 1 ? chunk : await DeleteTogetherAsync(chunk, cancellationToken)) await DeleteAsync(key, cancellationToken);
        }
    }

    /// <returns>The keys that are not deleted.</returns>
    private async Task<IReadOnlyList<ObjectKey>> DeleteTogetherAsync(ObjectKey[] keys, CancellationToken cancellationToken)
    {
        var request = new DeleteObjectsRequest { BucketName = _area.Bucket, Objects = [.. keys.Select(key => new KeyVersion { Key = _area.Wire(key) })] };
        return await _calls.AskAsync(
            async token =>
            {
                DeleteObjectsResponse response;
                try
                {
                    response = await _client.DeleteObjectsAsync(request, token);
                }
                catch (DeleteObjectsException e)
                {
                    response = e.Response;
                }

                var deleted = (response.DeletedObjects ?? []).Select(o => o.Key).ToHashSet(StringComparer.Ordinal);
                return keys.Where(key => !deleted.Contains(_area.Wire(key))).ToList();
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A prefix that no key can have matches nothing, so the server is not asked.
        if (prefix.Length > 0 && !ObjectKey.TryParse(prefix.EndsWith('/') ? prefix[..^1] : prefix, out _)) yield break;
        var request = new ListObjectsV2Request { BucketName = _area.Bucket, Prefix = _area.Prefix + prefix, StartAfter = after is null ? null : _area.Prefix + after };
        var (last, fruitless) = ((string?)null, 0);
        do
        {
            var (page, end) = await _calls.AskAsync(
                async token =>
                {
                    var response = await _client.ListObjectsV2Async(request, token);
                    return (response, S3ResponseChecks.Check(response, request, last));
                },
                cancellationToken);
            if ((fruitless = end == last ? fruitless + 1 : 0) > S3ResponseChecks.MaxEmptyPages)
                throw new S3ResponseException("its listing never ends and returns no more keys.");
            last = end;
            foreach (var listed in page.S3Objects ?? [])
            {
                // Skip objects that other programs put into the bucket.
                if (ObjectKey.TryParse(listed.Key[_area.Prefix.Length..], out var key)) yield return S3ObjectInfos.Of(key, listed);
            }

            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    /// <summary>Closes the connections. Open reads fail.</summary>
    public void Dispose() => _connection.Dispose();

    private Task<GetObjectResponse> GetAsync(ObjectKey key, string? ifMatch, (ObjectInfo Info, long From)? resumed, CancellationToken cancellationToken)
    {
        return ifMatch is null
            ? Get(null)
            : _tags.MatchAsync(ifMatch, Get, async () => (await HeadAsync(key, cancellationToken))?.ETag);

        Task<GetObjectResponse> Get(string? tag)
        {
            var request = new GetObjectRequest { BucketName = _area.Bucket, Key = _area.Wire(key), EtagToMatch = tag };
            if (resumed is { From: var from }) request.ByteRange = new ByteRange($"bytes={from}-");
            return _calls.AskAsync(
                async token =>
                {
                    var response = await _client.GetObjectAsync(request, token);
                    try
                    {
                        S3ResponseChecks.Check(response, resumed);
                        return response;
                    }
                    catch
                    {
                        response.Dispose();
                        throw;
                    }
                },
                cancellationToken);
        }
    }

    private async Task<ObjectInfo> HeadOnceAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var request = new GetObjectMetadataRequest { BucketName = _area.Bucket, Key = _area.Wire(key) };
        var response = await _client.GetObjectMetadataAsync(request, cancellationToken);
        S3ResponseChecks.Check(response);
        return S3ObjectInfos.Of(key, response);
    }

    private async Task<string> PutOnceAsync(ObjectKey key, S3Body body, long length, WriteOptions options, CancellationToken cancellationToken)
    {
        var response = await _client.PutObjectAsync(S3Requests.Put(_area, key, body, length, options), cancellationToken);
        S3ResponseChecks.IsEmpty(response);
        var tag = S3EntityTags.Bare(response.ETag);
        var hasMd5Tag = S3ResponseChecks.HasMd5Tag(response);
        if (hasMd5Tag && !tag.Equals(await body.Md5Async(cancellationToken), StringComparison.OrdinalIgnoreCase))
            throw new S3ResponseException("the entity tag of the stored object is that of other bytes.");
        await CheckStoredAsync(key, tag, length, isOurs: hasMd5Tag, cancellationToken);
        return tag;
    }

    private async Task<string> CopyOnceAsync(CopyObjectRequest request, ObjectKey destination, CancellationToken cancellationToken)
    {
        var tag = S3EntityTags.Bare((await _client.CopyObjectAsync(request, cancellationToken)).ETag);
        await CheckStoredAsync(destination, tag, length: null, isOurs: false, cancellationToken);
        return tag;
    }

    // Verify each write: proxies once answered PUTs in the store's place, and assets became ready without stored objects. If the answer
    // contained the MD5 of our bytes, the store did read them; a different tag now means that a later writer replaced the object.
    private async Task CheckStoredAsync(ObjectKey key, string tag, long? length, bool isOurs, CancellationToken cancellationToken)
    {
        try
        {
            var stored = await LookAsync(key, cancellationToken);
            if (stored.ETag == tag ? length is null || stored.Size == length : isOurs) return;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            throw new S3ResponseException("it confirmed a write, but does not have the object.", e);
        }

        throw new S3ResponseException("the stored object differs from the one that was sent.");
    }

    // The access key may have the right to list but not to read; then use a listing.
    private async Task<ObjectInfo> LookAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await HeadOnceAsync(key, cancellationToken);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.Forbidden)
        {
            var request = new ListObjectsV2Request { BucketName = _area.Bucket, Prefix = _area.Wire(key), MaxKeys = 1 };
            var page = await _client.ListObjectsV2Async(request, cancellationToken);
            S3ResponseChecks.Check(page, request, last: null);
            return page.S3Objects?.FirstOrDefault(listed => listed.Key == request.Prefix) is { } found
                ? S3ObjectInfos.Of(key, found)
                : throw new S3ResponseException("it confirmed a write, but does not have the object.", e);
        }
    }

    private Task<GetObjectResponse> ResumeAsync(ObjectInfo info, long from, CancellationToken cancellationToken) =>
        GetAsync(info.Key, info.ETag, (info, from), cancellationToken);
}
