using Pipeline.Assets.Uploads;
using Pipeline.Contracts;
using Pipeline.Storage;
using static Pipeline.Assets.Outcomes.OutcomeCheck;

namespace Pipeline.Assets.Outcomes;

/// <summary>Checks what an outcome publishes: only the asset's own objects, under names that a worker gives.</summary>
internal static class PublicationCheck
{
    /// <summary>The highest value that `Processor:Limits` allows.</summary>
    private const int MaxSide = 65_535;

    private const int MaxFrames = 10_000;

    private const int MaxRemoved = 16;

    /// <summary>Sixteen sizes in each format and the clean original are far fewer.</summary>
    private const int MaxVariants = 256;

    /// <summary>The formats that profiles can use, and PNG for a clean original.</summary>
    private static readonly string[] Formats = [.. VariantChoice.Formats, "png"];

    private static readonly KeyLayout[] Layouts = Enum.GetValues<KeyLayout>();

    public static void Check(AssetReady outcome)
    {
        Require(MessageText.IsRecipe(outcome.Recipe), nameof(outcome.Recipe), "must be 1 to 64 of A-Z, a-z, 0-9, - and _");
        Require(IsSide(outcome.Width), nameof(outcome.Width), $"must be 1 to {MaxSide}");
        Require(IsSide(outcome.Height), nameof(outcome.Height), $"must be 1 to {MaxSide}");
        Require(outcome.Frames is >= 1 and <= MaxFrames, nameof(outcome.Frames), $"must be 1 to {MaxFrames}");
        Check(outcome.Original, [.. Layouts.Select(layout => ObjectKey.OriginalsOf(outcome.AssetId, layout))]);
        Check(outcome.Placeholder);
        Require(
            outcome.Removed is null || (outcome.Removed.Count <= MaxRemoved && outcome.Removed.All(MessageText.IsCode)), nameof(outcome.Removed),
            $"must be at most {MaxRemoved} words of 1 to 32 of a-z, 0-9 and _");

        Require(outcome.Variants is { Count: >= 1 and <= MaxVariants }, nameof(outcome.Variants), $"must be 1 to {MaxVariants}");
        string[] prefixes = [.. Layouts.Select(layout => ObjectKey.VariantsOf(outcome.AssetId, layout)), ObjectKey.PrivateVariantsOf(outcome.AssetId)];
        for (var i = 0; i < outcome.Variants.Count; i++) Check(outcome.Variants[i], $"{nameof(outcome.Variants)}[{i}]", prefixes);
        Require(outcome.Variants.DistinctBy(v => (v.Name, v.Format)).Count() == outcome.Variants.Count, nameof(outcome.Variants), "must differ in name or format");
        Require(outcome.Variants.DistinctBy(v => v.Key, StringComparer.Ordinal).Count() == outcome.Variants.Count, nameof(outcome.Variants), "must differ in their keys");
    }

    private static void Check(FrozenOriginal original, string[] prefixes)
    {
        Require(original is not null, "Original", "is missing");
        Require(IsKey(original!.Key, prefixes) && !ObjectKey.IsManifest(ObjectKey.Parse(original.Key)), "Original.Key", "must be a key of this asset's originals");
        Require(MessageText.IsEntityTag(original.ETag), "Original.ETag", "must be an entity tag without quotes");
        Require(MessageText.IsSha256(original.Sha256), "Original.Sha256", "must be 64 lower-case hex digits");
        Require(IsSize(original.Size), "Original.Size", $"must be 1 to {UploadOptions.LargestMaxBytes}");
        Require(original.ContentType is { } type && UploadTypes.Extensions.ContainsKey(type), "Original.ContentType", "must be a type that can be uploaded");
    }

    private static void Check(Placeholder placeholder)
    {
        Require(placeholder is not null, "Placeholder", "is missing");
        Require(MessageText.IsThumbHash(placeholder!.ThumbHash), "Placeholder.ThumbHash", "must be a short text in base64");
        Require(MessageText.IsDataUrl(placeholder.DataUrl), "Placeholder.DataUrl", "must be a small picture as data:image/…;base64");
        Require(MessageText.IsColour(placeholder.Color), "Placeholder.Color", "must be # and 6 lower-case hex digits");
    }

    private static void Check(AssetVariant variant, string at, string[] prefixes)
    {
        Require(variant is not null, at, "is missing");
        Require(MessageText.IsVariantName(variant!.Name), $"{at}.Name", "must be 1 to 64 of a-z, 0-9 and -");
        Require(Formats.Contains(variant.Format), $"{at}.Format", $"must be one of {string.Join(", ", Formats)}");
        Require(variant.ContentType == $"image/{variant.Format}", $"{at}.ContentType", "must be that of the format");
        Require(IsSide(variant.Width) && IsSide(variant.Height), at, $"must have sides of 1 to {MaxSide}");
        Require(IsSize(variant.Bytes), $"{at}.Bytes", $"must be 1 to {UploadOptions.LargestMaxBytes}");
        Require(MessageText.IsSha256(variant.Sha256), $"{at}.Sha256", "must be 64 lower-case hex digits");
        Require(variant.Recipe is null || MessageText.IsRecipe(variant.Recipe), $"{at}.Recipe", "must be 1 to 64 of A-Z, a-z, 0-9, - and _");
        Require(IsKey(variant.Key, prefixes), $"{at}.Key", "must be a key of this asset's variants");
    }

    private static bool IsSide(int pixels) => pixels is >= 1 and <= MaxSide;

    private static bool IsSize(long bytes) => bytes is >= 1 and <= UploadOptions.LargestMaxBytes;

    private static bool IsKey(string? text, string[] prefixes) =>
        ObjectKey.TryParse(text, out var key)
        && prefixes.Any(prefix => key.Value.StartsWith(prefix, StringComparison.Ordinal) && key.Value.Length > prefix.Length);
}
