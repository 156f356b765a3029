using System.Globalization;
using Pipeline.Storage;

namespace Pipeline.Assets.Runs;

/// <summary>What revisions would render, keep and write.</summary>
/// <param name="Render">Variants to render.</param>
/// <param name="Keep">Variants that stay as they are.</param>
/// <param name="Bytes">Bytes of the variants to render, by the present ones.</param>
/// <param name="ClassA">Writes and listings, also those of manifests and of cleanup.</param>
internal sealed record RevisionWork(long Render, long Keep, long Bytes, long ClassA)
{
    public RevisionWork Times(double factor) => new(Scaled(Render, factor), Scaled(Keep, factor), Scaled(Bytes, factor), Scaled(ClassA, factor));

    private static long Scaled(long value, double factor) => (long)Math.Round(value * factor);
}

/// <summary>Tells of assets what their next revision would do, as the workers and the cleanup decide it.</summary>
/// <param name="profiles">The fingerprint of each current profile, by name.</param>
/// <param name="variants">The recipe of each variant of a profile by name and format, by fingerprint; null where no worker has announced them.</param>
/// <param name="writesManifests">Whether a manifest is written beside each original.</param>
internal sealed class RevisionForecast(
    IReadOnlyDictionary<string, string> profiles, IReadOnlyDictionary<string, IReadOnlyDictionary<(string Name, string Format), string>?> variants, bool writesManifests)
{
    // If the row does not name all objects, cleanup lists once the revision has ended, and again a day later.
    private const int Cleanups = 2;

    public RevisionWork Of(IReadOnlyList<Asset> assets)
    {
        var typical = assets.Where(a => a.Publication is not null).Select(a => a.Publication!.Shown().Count()).DefaultIfEmpty(0).Average();
        double render = 0, keep = 0, bytes = 0, others = 0;
        foreach (var asset in assets)
        {
            var (rendered, kept, written) = asset.Publication is { } shown ? Of(asset, shown) : (TypicalOf(asset) ?? typical, 0, 0);
            (render, keep, bytes) = (render + rendered, keep + kept, bytes + written);
            others += (writesManifests ? 1 : 0) + (asset.NamesAllObjects ? 0 : Cleanups * ListingsOf(asset));

            // The original is frozen by the first revision that ends well.
            if (asset.Publication is null) others++;
        }

        return new RevisionWork((long)Math.Round(render), (long)Math.Round(keep), (long)Math.Round(bytes), (long)Math.Round(render + others));
    }

    private (double Render, double Keep, double Bytes) Of(Asset asset, Publication shown)
    {
        var published = shown.Shown().DistinctBy(v => (v.Name, v.Format)).ToDictionary(v => (v.Name, v.Format));
        double all = published.Values.Sum(v => v.Bytes);

        // Nothing has changed, so the revision repairs: it writes all variants again. It also renders all if nobody knows what has changed.
        if (asset.ProfileFingerprint is not { } made || profiles.GetValueOrDefault(asset.Profile) is not { } current || made == current
            || variants.GetValueOrDefault(made) is not { } before || variants.GetValueOrDefault(current) is not { } now)
            return (published.Count, 0, all);
        double render = 0, keep = 0, bytes = 0;
        foreach (var (variant, recipe) in Applying(now, shown.Width))
        {
            // Variants of earlier versions have no recipe of their own, so the worker renders them again.
            if (before.GetValueOrDefault(variant) == recipe && published.GetValueOrDefault(variant)?.Recipe is not null)
            {
                keep++;
                continue;
            }

            render++;
            bytes += published.TryGetValue(variant, out var known) ? known.Bytes : all / Math.Max(1, published.Count);
        }

        return (render, keep, bytes);
    }

    // No image is enlarged: the first width that it does not exceed is its last.
    private static IEnumerable<KeyValuePair<(string Name, string Format), string>> Applying(IReadOnlyDictionary<(string Name, string Format), string> all, int width)
    {
        var last = all.Keys.Select(v => WidthOf(v.Name)).OfType<int>().Where(w => w >= width).DefaultIfEmpty(int.MaxValue).Min();
        return all.Where(v => WidthOf(v.Key.Name) is not { } named || named <= last);
    }

    // A failed upload has no size that can be relied on, so it counts as a large photo.
    private double? TypicalOf(Asset asset) =>
        profiles.GetValueOrDefault(asset.Profile) is { } current && variants.GetValueOrDefault(current) is { } now ? now.Count : null;

    private static int? WidthOf(string name) =>
        name.StartsWith('w') && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var width) ? width : null;

    // As AssetCleanup lists them.
    private static int ListingsOf(Asset asset) => (2 * Enum.GetValues<KeyLayout>().Length) + (asset.HasBeenPrivate ? 1 : 0);
}
