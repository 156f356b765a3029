namespace Pipeline.Contracts;

/// <summary>The content of every processing request, whichever queue carries it.</summary>
public abstract record ProcessingRequest
{
    /// <summary>The asset.</summary>
    public required Guid AssetId { get; init; }

    /// <summary>Counts the (re)processings of this asset from 1. Outcomes repeat it; an outcome of an older revision is dropped.</summary>
    public required int Revision { get; init; }

    /// <summary>Counts the attempts of this revision from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Name of the profile in the Processor's configuration that says which variants are made.</summary>
    public required string Profile { get; init; }

    /// <summary>The bytes to process.</summary>
    public required SourceObject Source { get; init; }

    /// <summary>The place that crops keep in view; null if the owner set none. The same for all attempts of a revision.</summary>
    public FocalPoint? FocalPoint { get; init; }

    /// <summary>
    /// Part of the names of new objects, unless it is 0: objects with names of an earlier number may be deleted at any time. The same for
    /// all attempts of a revision.
    /// </summary>
    public int KeyGeneration { get; init; }

    /// <summary>
    /// For workers older than <see cref="Published"/>: <see cref="AssetReady.Recipe"/> of the published variants if all of their keys contain
    /// it. Such a worker writes to these keys if it computes the same recipe. Null otherwise.
    /// </summary>
    public string? PublishedRecipe { get; init; }

    /// <summary>
    /// Whether the API accepts keys with two hex digits before the asset's id. False from an API older than this field: then the worker writes
    /// keys without them and keeps no single variant.
    /// </summary>
    public bool ShardedKeys { get; init; }

    /// <summary>
    /// The published variants. Their objects are kept while this request is in work, so the worker keeps each variant that would come
    /// out the same, and neither renders nor writes it again. Null if nothing is published. The same for all attempts of a revision.
    /// </summary>
    public PublishedVariants? Published { get; init; }

    /// <summary>
    /// Whether new variants go to the private area, where only signed URLs can read them. A worker older than this field writes them to the
    /// public area, and the API moves them. The same for all attempts of a revision, unless the owner changes it meanwhile.
    /// </summary>
    public bool IsPrivate { get; init; }

    /// <summary>
    /// W3C trace context (<c>traceparent</c>) of the span that published the request. Null from an API older than this field; a receiver ignores an
    /// invalid one.
    /// </summary>
    public string? TraceContext { get; init; }
}

/// <summary>The variants of an asset that are published when its request is sent.</summary>
public sealed record PublishedVariants
{
    /// <summary>See <see cref="AssetReady.Recipe"/>.</summary>
    public required string Recipe { get; init; }

    /// <summary>See <see cref="AssetReady.Variants"/>.</summary>
    public required IReadOnlyList<AssetVariant> Variants { get; init; }
}

/// <summary>A place in the image as a person sees it, after the orientation was applied.</summary>
public sealed record FocalPoint
{
    /// <summary>0 at the left edge, 1 at the right.</summary>
    public required double X { get; init; }

    /// <summary>0 at the top edge, 1 at the bottom.</summary>
    public required double Y { get; init; }
}

/// <summary>One object, pinned to the bytes that it had when it was confirmed or frozen.</summary>
public sealed record SourceObject
{
    /// <summary>The area of the object: the upload or the frozen original.</summary>
    public required SourceArea Area { get; init; }

    /// <summary>The object's key inside its area.</summary>
    public required string Key { get; init; }

    /// <summary>The entity tag, without quotes, that the object must still have when it is read.</summary>
    public required string ETag { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>SHA-256 of the bytes in lower-case hex; null if it is unknown.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The media type that the client claimed. Nothing depends on it; the timeline notes a difference from the bytes.</summary>
    public required string ClaimedType { get; init; }
}

/// <summary>The areas that can hold a source object.</summary>
public enum SourceArea
{
    /// <summary>The upload that the client's presigned PUT wrote.</summary>
    Incoming,

    /// <summary>The frozen original of an earlier revision.</summary>
    Originals,
}
