namespace Pipeline.Assets.Manifests;

/// <summary>Why no row is made of an object in the originals area. The strings are part of the HTTP API.</summary>
public static class RefusedManifest
{
    /// <summary>The document is cut, or no manifest.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>The document is larger than any manifest.</summary>
    public const string TooLarge = "too_large";

    /// <summary>A newer version of this software wrote it.</summary>
    public const string NewerVersion = "newer_version";

    /// <summary>It is signed with a key that is not configured here: another installation's, or one before the last rotation.</summary>
    public const string UnknownKey = "unknown_key";

    /// <summary>Somebody changed it, or moved it here from another asset.</summary>
    public const string WrongSignature = "wrong_signature";

    /// <summary>It is about another asset than its key says.</summary>
    public const string OtherAsset = "other_asset";

    /// <summary>The frozen original that it names is not there.</summary>
    public const string OriginalMissing = "original_missing";

    /// <summary>The frozen original has another length.</summary>
    public const string OtherSize = "other_size";

    /// <summary>The frozen original holds other bytes.</summary>
    public const string OtherBytes = "other_bytes";

    /// <summary>A frozen original from before manifests, or of an asset whose manifest is lost.</summary>
    public const string NoManifest = "no_manifest";
}
