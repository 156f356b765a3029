namespace Pipeline.Storage;

/// <summary>The headers with which variants are stored. The content of a key never changes, so caches keep it; shared caches only if it is public.</summary>
public static class VariantHeaders
{
    private const string Year = "max-age=31536000, immutable";

    public static WriteOptions Of(ObjectKey key, string contentType) => new()
    {
        ContentType = contentType,
        CacheControl = ObjectKey.IsPrivateVariant(key.Value) ? $"private, {Year}" : $"public, {Year}",
    };
}
