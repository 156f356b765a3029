namespace Pipeline.Assets;

/// <summary>Uploads in several parts.</summary>
public sealed partial class Asset
{
    /// <summary>Longest id of a multipart upload in a store, in characters.</summary>
    public const int MaxMultipartId = 1024;

    /// <summary>The store's id of the multipart upload; null for an upload by a single PUT. It stays after the upload has ended.</summary>
    public string? MultipartId { get; private set; }

    /// <summary>Size in bytes of every part except the last; null for an upload by a single PUT.</summary>
    public long? PartSize { get; private set; }

    /// <summary>Records the multipart upload that the store has begun. False if the asset has one already, or is not pending any more.</summary>
    public bool BeginMultipart(string uploadId, long partSize)
    {
        if (Status != AssetStatus.Pending || MultipartId is not null) return false;
        if (uploadId.Length > MaxMultipartId) throw new ArgumentException($"The store's id of the upload has more than {MaxMultipartId} characters.", nameof(uploadId));
        (MultipartId, PartSize) = (uploadId, partSize);
        return true;
    }

    /// <summary>Deletes an upload that its owner gives up. False if the asset is not pending any more.</summary>
    public bool Abort(DateTimeOffset now) => Status == AssetStatus.Pending && Delete(now);
}
