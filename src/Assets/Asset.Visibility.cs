using Pipeline.Assets.Events;
using Pipeline.Contracts;
using Pipeline.Storage;

namespace Pipeline.Assets;

/// <summary>
/// Who sees the variants. The row says at once what the owner chose, and responses follow it at once; <c>VariantMove</c> then moves the
/// objects into the area that belongs to it.
/// </summary>
public sealed partial class Asset
{
    public AssetVisibility Visibility { get; private set; }

    public bool IsPrivate => Visibility == AssetVisibility.Private;

    /// <summary>The asset is or was private, so the private area may hold objects of it.</summary>
    public bool HasBeenPrivate { get; private set; }

    /// <summary>The revision that was in work when the variants were last moved: its request names the keys from before.</summary>
    public int? MovedInRevision { get; private set; }

    /// <summary>Changes who sees the variants. False if nothing changes, or if the asset is deleted.</summary>
    public bool Show(AssetVisibility visibility, DateTimeOffset now)
    {
        if (Status == AssetStatus.Deleted || visibility == Visibility) return false;
        Visibility = visibility;
        HasBeenPrivate |= IsPrivate;
        if (ConfirmedAt is not null) NamesAllObjects = false;
        if (IsMisplaced) TidyAt = now;
        Record(now, AssetEventKind.VisibilitySet, new VisibilityData(VisibilityWords.Word(visibility)));
        return true;
    }

    /// <summary>Whether the variant is where the visibility wants it.</summary>
    public bool IsInPlace(AssetVariant variant) => ObjectKey.IsPrivateVariant(variant.Key) == IsPrivate;

    /// <summary>Some published variant is in the wrong area, or a replaced one that must not be public any more.</summary>
    public bool IsMisplaced => Publication?.Shown().Any(v => !IsInPlace(v)) == true || ExposedKeys.Any();

    /// <summary>Replaced variants of a private asset that are still public.</summary>
    public IEnumerable<string> ExposedKeys => IsPrivate ? (Superseded?.Keys ?? []).Where(key => !ObjectKey.IsPrivateVariant(key)) : [];

    /// <summary>
    /// The variants have copies under other keys: shows those. False if the row has changed since <see cref="GiveUpKeys"/>, because the
    /// copies may be of another publication or in the wrong area.
    /// </summary>
    /// <param name="version">The version of the row that the copies were made of.</param>
    /// <param name="keys">The new key of each old one.</param>
    /// <param name="now">The time.</param>
    public bool Move(int version, IReadOnlyDictionary<string, string> keys, DateTimeOffset now)
    {
        if (Version != version || Publication is null) return false;
        Publication = Publication with { Variants = [.. Publication.Variants.Select(v => keys.TryGetValue(v.Key, out var key) ? v with { Key = key } : v)] };
        NamesAllObjects = false;
        if (Work != WorkState.Idle) MovedInRevision = Revision;
        Record(now, AssetEventKind.Moved, new VisibilityData(VisibilityWords.Word(Visibility)));
        return true;
    }

    /// <summary>The replaced variants that were still public are deleted. False if there are none.</summary>
    public bool ForgetExposed()
    {
        if (Superseded is null || !ExposedKeys.Any()) return false;
        Superseded = null;
        return true;
    }

    /// <summary>Records that somebody got a URL of the original. False if nothing is published.</summary>
    public bool HandOutOriginal(string userId, int seconds, DateTimeOffset now)
    {
        if (Publication is null) return false;
        Record(now, AssetEventKind.OriginalShared, new SharedData(userId, seconds));
        return true;
    }

    // A request in work names the published variants by their keys from before the move. What it keeps of them has moved, and a worker that
    // wrote the same bytes again wrote them to a place that may be wrong.
    private AssetReady WithMovedKeys(AssetReady outcome)
    {
        if (MovedInRevision != outcome.Revision || Publication is not { } shown) return outcome;
        var moved = shown.Variants.DistinctBy(v => (v.Name, v.Format, v.Sha256)).ToDictionary(v => (v.Name, v.Format, v.Sha256), v => v.Key);
        return outcome with { Variants = [.. outcome.Variants.Select(v => moved.TryGetValue((v.Name, v.Format, v.Sha256), out var key) ? v with { Key = key } : v)] };
    }
}
