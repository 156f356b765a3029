using Pipeline.Storage;

namespace Pipeline.Assets.Overview;

/// <summary>The picture of an asset in a list of operators.</summary>
public static class Thumbnail
{
    /// <returns>The smallest public JPEG; null without one, and for private assets: operators see no picture that its owner shows to nobody.</returns>
    public static Uri? Of(Asset asset, StorageAreas areas) => asset.IsPrivate
        ? null
        : asset.Publication?.Shown()
            .Where(v => v.Format == "jpeg" && !ObjectKey.IsPrivateVariant(v.Key))
            .OrderBy(v => v.Width)
            .Select(v => areas.PublicUrl(ObjectKey.Parse(v.Key)))
            .FirstOrDefault();
}
