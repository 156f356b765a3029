namespace Pipeline.Assets.Manifests;

/// <summary>The findings of a rebuild in words.</summary>
internal static class RebuildWords
{
    public static string? Sentence(string code) => code switch
    {
        RebuildCode.Erased => "The owner had erased this asset, and the restored table had brought it back. It is erased again.",
        RebuildCode.MarkRefused => "A mark says that the asset was erased, but its signature does not fit. No row is made.",
        RefusedManifest.Unreadable => "The manifest is cut, or the object holds something else.",
        RefusedManifest.TooLarge => "The object is larger than any manifest.",
        RefusedManifest.NewerVersion => "A newer version of this software wrote the manifest.",
        RefusedManifest.UnknownKey => "The manifest is signed with a key that is not configured here.",
        RefusedManifest.WrongSignature => "Somebody changed the manifest, or moved it here from another asset.",
        RefusedManifest.OtherAsset => "The manifest is about another asset.",
        RefusedManifest.OriginalMissing => "The frozen original that the manifest names is not there.",
        RefusedManifest.OtherSize => "The frozen original has another length than the manifest says.",
        RefusedManifest.OtherBytes => "The frozen original holds other bytes than the manifest says.",
        RefusedManifest.NoManifest => "No manifest lies beside this original.",
        _ => null,
    };
}
