using Amazon.S3;
using Amazon.S3.Model;

namespace Pipeline.Storage.S3;

/// <summary>Builds write requests in a form that R2, S3 and Ceph all accept.</summary>
internal static class S3Requests
{
    public static PutObjectRequest Put(S3AreaSettings area, ObjectKey key, S3Body body, long length, WriteOptions options)
    {
        body.Rewind();
        var request = new PutObjectRequest
        {
            BucketName = area.Bucket,
            Key = area.Wire(key),
            InputStream = body.Content,
            AutoCloseStream = false,
            AutoResetStreamPosition = false,
            // Sign the hash of the whole body instead, which the server checks; R2 refuses signed chunks.
            UseChunkEncoding = false,
            ContentType = options.ContentType,
            IfNoneMatch = options.IfAbsent ? "*" : null,
            StorageClass = area.StorageClass is { } storageClass ? S3StorageClass.FindValue(storageClass) : null,
        };
        request.Headers.ContentLength = length;
        if (options.CacheControl is { } cacheControl) request.Headers.CacheControl = cacheControl;
        foreach (var (name, value) in options.Metadata) request.Metadata.Add(name, value);
        return request;
    }

    public static CopyObjectRequest Copy(S3AreaSettings area, ObjectKey source, ObjectKey destination, string tag, WriteOptions options)
    {
        var request = new CopyObjectRequest
        {
            SourceBucket = area.Bucket,
            SourceKey = area.Wire(source),
            DestinationBucket = area.Bucket,
            DestinationKey = area.Wire(destination),
            ETagToMatch = tag,
            MetadataDirective = S3MetadataDirective.REPLACE,
            ContentType = options.ContentType,
            StorageClass = area.StorageClass is { } storageClass ? S3StorageClass.FindValue(storageClass) : null,
        };
        if (options.CacheControl is { } cacheControl) request.Headers.CacheControl = cacheControl;
        foreach (var (name, value) in options.Metadata) request.Metadata.Add(name, value);
        return request;
    }
}
