namespace Pipeline.Contracts;

/// <summary>All variants of an asset are published. Published by Processor, consumed by UploadApi.</summary>
public sealed record AssetReady
{
    /// <summary>The asset.</summary>
    public required Guid AssetId { get; init; }

    /// <summary>The revision of the request.</summary>
    public required int Revision { get; init; }

    /// <summary>The attempt of the request.</summary>
    public required int Attempt { get; init; }

    /// <summary>The frozen original: exactly the bytes that were scanned and decoded.</summary>
    public required FrozenOriginal Original { get; init; }

    /// <summary>Width in pixels as a person sees it, after the orientation was applied.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels as a person sees it, after the orientation was applied.</summary>
    public required int Height { get; init; }

    /// <summary>Number of frames; 1 for a still image.</summary>
    public required int Frames { get; init; }

    /// <summary>
    /// The kinds of metadata that the original has and the variants do not: <c>exif</c>, <c>gps</c>, <c>xmp</c>, <c>iptc</c>, <c>comment</c>,
    /// <c>thumbnail</c>. Null from workers older than this field.
    /// </summary>
    public IReadOnlyList<string>? Removed { get; init; }

    /// <summary>The placeholder that a page shows until the first variant has loaded.</summary>
    public required Placeholder Placeholder { get; init; }

    /// <summary>
    /// All published variants, also those that an earlier revision has written and this one keeps: smallest first, and for each size JPEG
    /// before WebP before AVIF; the clean original is the last.
    /// </summary>
    public required IReadOnlyList<AssetVariant> Variants { get; init; }

    /// <summary>
    /// Hash of source bytes, focal point, profile and engine version: while none of them changes, all variants come out the same. The recipe of
    /// a single variant is in <see cref="AssetVariant.Recipe"/>.
    /// </summary>
    public required string Recipe { get; init; }

    /// <summary>
    /// Hash of all inputs from the profile and the engine that affect the pixels: 16 lower-case hex digits. While it equals the fingerprint
    /// that <see cref="ProfilesAnnounced"/> reports for the same profile, the variants are up to date. Null from workers older than this
    /// field.
    /// </summary>
    public string? ProfileFingerprint { get; init; }

    /// <summary>
    /// 64-bit perceptual hash as 16 lower-case hex digits: the fewer bits differ, the more two pictures look alike. Null if none was
    /// computed.
    /// </summary>
    public string? PerceptualHash { get; init; }

    /// <summary>Name and version of the scanner, for the timeline.</summary>
    public required string Scanner { get; init; }

    /// <summary>Name and version of the imaging engine, for the timeline.</summary>
    public required string Engine { get; init; }

    /// <summary>
    /// W3C trace context (<c>traceparent</c>) of the span that processed the request. Null from workers older than this field; a receiver ignores an
    /// invalid one.
    /// </summary>
    public string? TraceContext { get; init; }
}

/// <summary>The frozen original of an asset.</summary>
public sealed record FrozenOriginal
{
    /// <summary>Key in the originals area.</summary>
    public required string Key { get; init; }

    /// <summary>Entity tag of the frozen object, without quotes.</summary>
    public required string ETag { get; init; }

    /// <summary>SHA-256 of the bytes in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The media type found in the bytes.</summary>
    public required string ContentType { get; init; }
}

/// <summary>The placeholder that a page shows until the first variant has loaded.</summary>
public sealed record Placeholder
{
    /// <summary>ThumbHash in base64.</summary>
    public required string ThumbHash { get; init; }

    /// <summary>A tiny blurred picture as a data URI.</summary>
    public required string DataUrl { get; init; }

    /// <summary>The dominant colour as <c>#rrggbb</c>.</summary>
    public required string Color { get; init; }
}

/// <summary>One published picture of an asset.</summary>
public sealed record AssetVariant
{
    /// <summary>The name of the clean original: all pixels of the upload without loss, and without its metadata.</summary>
    public const string OriginalName = "original";

    /// <summary>
    /// Name from the profile: a width such as <c>w640</c>, a box such as <c>64x64</c>, or <see cref="OriginalName"/>. Unique together with
    /// <see cref="Format"/>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary><c>jpeg</c>, <c>webp</c> or <c>avif</c>; a clean original can also be <c>png</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Media type of the object.</summary>
    public required string ContentType { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the bytes in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Key in the public area, or in the private one if it begins with <c>private/</c>.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// Hash of the source bytes, this variant's own settings and the engine of its format: 16 lower-case hex digits. While it stays the same, a
    /// new revision keeps the object. Null from workers older than this field.
    /// </summary>
    public string? Recipe { get; init; }

    /// <summary>Whether the variant is animated. Workers older than this field leave it out and make only still variants.</summary>
    public bool Animated { get; init; }
}
