using Amazon.S3.Model;

namespace Pipeline.Storage.S3;

/// <summary>Reads object metadata from the server's answers.</summary>
internal static class S3ObjectInfos
{
    private const string MetadataPrefix = "x-amz-meta-";

    public static ObjectInfo Of(ObjectKey key, GetObjectMetadataResponse answer) =>
        Of(key, answer.ContentLength, answer.ETag, answer.Headers, answer.Metadata, answer.LastModified);

    public static ObjectInfo Of(ObjectKey key, GetObjectResponse answer) =>
        Of(key, answer.ContentLength, answer.ETag, answer.Headers, answer.Metadata, answer.LastModified);

    public static ObjectInfo Of(ObjectKey key, S3Object listed) =>
        new(key, listed.Size ?? 0, S3EntityTags.Bare(listed.ETag), ContentType: null, Utc(listed.LastModified));

    private static ObjectInfo Of(ObjectKey key, long size, string etag, HeadersCollection headers, MetadataCollection metadata, DateTime? modified) =>
        new(key, size, S3EntityTags.Bare(etag), headers.ContentType, Utc(modified))
        {
            CacheControl = headers.CacheControl is { Length: > 0 } cacheControl ? cacheControl : null,
            Metadata = metadata.Keys.ToDictionary(name => name[MetadataPrefix.Length..].ToLowerInvariant(), name => metadata[name]),
        };

    private static DateTimeOffset Utc(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : default;
}
