namespace Pipeline.Contracts;

/// <summary>Splits assets into groups of equal size. The result is part of the wire format: hosts of different versions must agree.</summary>
public static class Shards
{
    /// <summary>Number of groups.</summary>
    public const int Count = 64;

    private const int IdBytes = 16;

    /// <summary>The group of an asset, by the random end of its id: the first bytes are a time, and would put all new assets into one group.</summary>
    public static int Of(Guid assetId)
    {
        Span<byte> bytes = stackalloc byte[IdBytes];
        assetId.TryWriteBytes(bytes);
        return bytes[^1] % Count;
    }
}
