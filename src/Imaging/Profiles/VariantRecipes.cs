using Pipeline.Contracts;
using Pipeline.Imaging.Variants;

namespace Pipeline.Imaging.Profiles;

/// <summary>One variant that a profile makes of an image.</summary>
/// <param name="Name">Such as <c>w640</c>, <c>64x64</c> or <c>original</c>.</param>
/// <param name="Format">Name from <see cref="ImageFormats"/>.</param>
/// <param name="Recipe">See <see cref="AssetVariant.Recipe"/>.</param>
public sealed record PlannedVariant(string Name, string Format, string Recipe);

/// <summary>
/// The recipes of the single variants of an image. A variant's own recipe has its own settings only, so another variant, which is added to
/// the profile or removed from it, leaves it the same. The recipe in its key also has the larger sizes and the effort, because every size is
/// scaled from the next larger one and all share one budget of work: so one key always has the same bytes.
/// </summary>
public sealed class VariantRecipes
{
    private const string Original = AssetVariant.OriginalName;

    private readonly string _source;
    private readonly ImageFacts _facts;
    private readonly Profile _profile;
    private readonly FocalPoint? _focus;
    private readonly string? _watermark;
    private readonly IReadOnlyList<VariantSize> _sizes;

    /// <param name="sourceSha256">SHA-256 of the source's bytes, in hex.</param>
    /// <param name="facts">Type and size of the image.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="focus">The asset's focal point; counts only where the profile crops.</param>
    /// <param name="watermarkSha256">SHA-256 of the watermark's bytes, in hex, if the profile has one.</param>
    /// <param name="engineVersion"><see cref="IImageEngine.Version"/>.</param>
    public VariantRecipes(string sourceSha256, ImageFacts facts, Profile profile, FocalPoint? focus, string? watermarkSha256, string engineVersion)
    {
        (_source, _facts, _profile, _focus, _watermark, EngineVersion) =
            (sourceSha256.ToLowerInvariant(), facts, profile, profile.UsesFocalPoint() ? focus : null, watermarkSha256, engineVersion);
        _sizes = SizePlan.For(facts.Width, facts.Height, profile);
        Planned =
        [
            .. from size in _sizes
               from format in ImageFormats.All
               where profile.Formats.Contains(format)
               select new PlannedVariant(size.Name, format, Own(size, format)),
            .. profile.CleanOriginal ? [new PlannedVariant(Original, facts.ContentType["image/".Length..], OwnOriginal())] : Array.Empty<PlannedVariant>(),
        ];
        Fingerprint = Recipe.Fingerprint(profile, engineVersion, watermarkSha256);
        Whole = Recipe.Of(sourceSha256, _focus, Fingerprint);
    }

    /// <summary>The variants that the profile makes of a photo larger than all of its sizes, with recipes that depend on nothing but the profile and the engine.</summary>
    /// <inheritdoc cref="VariantRecipes(string, ImageFacts, Profile, FocalPoint?, string?, string)" />
    public static IReadOnlyList<PlannedVariant> OfProfile(Profile profile, string? watermarkSha256, string engineVersion) =>
        new VariantRecipes("", new ImageFacts("image/jpeg", 3 * ProfileRules.MaxSide, 2 * ProfileRules.MaxSide, Frames: 1), profile, focus: null, watermarkSha256, engineVersion).Planned;

    /// <summary>
    /// All variants that the profile makes of the image: smallest first, for each size in the order of <see cref="ImageFormats.All"/>, the clean
    /// original last. A clean original cannot be made of every file.
    /// </summary>
    public IReadOnlyList<PlannedVariant> Planned { get; }

    /// <summary>The engine that the recipes are for.</summary>
    public string EngineVersion { get; }

    /// <summary>See <see cref="AssetReady.ProfileFingerprint"/>.</summary>
    public string Fingerprint { get; }

    /// <summary>See <see cref="AssetReady.Recipe"/>.</summary>
    public string Whole { get; }

    /// <summary>The plan of a rendered variant.</summary>
    /// <exception cref="InvalidDataException">The profile has no such variant.</exception>
    public PlannedVariant PlanOf(RenderedVariant variant) =>
        Planned.FirstOrDefault(planned => planned.Name == variant.Name && planned.Format == variant.Format)
        ?? throw new InvalidDataException("A variant was rendered that the profile does not have.");

    /// <summary>The recipe in the key of a variant.</summary>
    /// <param name="variant">One of <see cref="Planned"/>.</param>
    /// <param name="effort">From the rendering.</param>
    internal string InKey(PlannedVariant variant, RenderEffort? effort)
    {
        if (variant.Name == Original) return variant.Recipe;
        var larger = _sizes.SkipWhile(size => size.Name != variant.Name).Select(Dimensions);

        // The automatic crop is found on the largest size.
        var crop = _profile.UsesFocalPoint() && _focus is null ? Dimensions(_sizes[^1]) : "";
        return Recipe.Hash($"variant {variant.Recipe}", $"sizes {string.Join(' ', larger)} {crop}", effort is null ? "effort none" : FormattableString.Invariant($"effort {effort.Webp} {effort.Avif} {effort.KeepEvery} {effort.Moves}"));
    }

    private static string Dimensions(VariantSize size) => FormattableString.Invariant(
        $"{size.Scaled.Width}x{size.Scaled.Height}/{size.Output.Width}x{size.Output.Height}");

    private string Own(VariantSize size, string format)
    {
        var isCropped = size.Output.Width < size.Scaled.Width || size.Output.Height < size.Scaled.Height;
        var isPadded = size.Output.Width > size.Scaled.Width || size.Output.Height > size.Scaled.Height;
        var hasBackground = isPadded || format == ImageFormats.Jpeg;
        return Recipe.Hash(
            $"source {_source}",
            $"variant {size.Name} {format} {Dimensions(size)}",
            isCropped ? $"crop {FocusText()}" : "crop none",
            hasBackground ? $"background {_profile.Background.ToLowerInvariant()}" : "background none",
            WatermarkText(),
            Encoding(format),
            Attribution(format),
            $"engine {EngineParts.Of(EngineVersion, format)}");
    }

    private string OwnOriginal() => Recipe.Hash(
        $"source {_source}", $"variant {Original}", $"copyright {_profile.KeepCopyright}", $"engine {EngineParts.OfOriginal(EngineVersion)}");

    private string FocusText() => _focus is null
        ? _profile.UsesFocalPoint() ? _profile.Crop.ToString() : "middle"
        : FormattableString.Invariant($"{_focus.X:R} {_focus.Y:R}");

    private string WatermarkText() => _profile.Watermark is not { } mark
        ? "watermark none"
        : FormattableString.Invariant($"watermark {_watermark} {mark.Gravity} {mark.Opacity:R} {mark.Scale:R}");

    private string Encoding(string format) => format switch
    {
        ImageFormats.Webp => FormattableString.Invariant(
            $"webp {_profile.WebpQuality} {_profile.WebpEffort} {(_facts.Frames > 1 ? _profile.Animate : "still")}"),
        ImageFormats.Avif => FormattableString.Invariant($"avif {_profile.AvifQuality} {_profile.AvifEffort}"),
        _ => FormattableString.Invariant($"jpeg {_profile.JpegQuality}"),
    };

    private string Attribution(string format) => format == ImageFormats.Avif ? "copyright none" : $"copyright {_profile.KeepCopyright}";
}
