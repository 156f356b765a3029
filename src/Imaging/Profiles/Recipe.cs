using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Contracts;

namespace Pipeline.Imaging.Profiles;

/// <summary>
/// Names the whole output of an asset; <see cref="VariantRecipes"/> names single variants. The same source, focal point, profile, watermark and engine give the same recipe; any change gives a new one,
/// so public objects stay immutable. Two workers with different libraries use different names on purpose, because their bytes differ.
/// </summary>
public static class Recipe
{
    private static readonly JsonSerializerOptions Text = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Hash of profile, watermark and engine; when it differs from the current one, the asset is stale.</summary>
    /// <param name="profile">All of its properties count; the order of sizes and formats does not.</param>
    /// <param name="engineVersion"><see cref="IImageEngine.Version"/>.</param>
    /// <param name="watermarkSha256">SHA-256 of the watermark's bytes, in hex, if the profile has one.</param>
    /// <returns>16 lower-case hex digits.</returns>
    public static string Fingerprint(Profile profile, string engineVersion, string? watermarkSha256) =>
        Hash(Settings(profile), Watermark(watermarkSha256), $"engine {engineVersion}");

    /// <summary>Hash of profile and watermark. An asset with other settings is stale whatever the engine is.</summary>
    /// <param name="profile">As for <see cref="Fingerprint"/>.</param>
    /// <param name="watermarkSha256">As for <see cref="Fingerprint"/>.</param>
    /// <returns>16 lower-case hex digits.</returns>
    public static string SettingsFingerprint(Profile profile, string? watermarkSha256) => Hash(Settings(profile), Watermark(watermarkSha256));

    private static string Settings(Profile profile)
    {
        var normal = profile with
        {
            Widths = [.. profile.Widths.Order().Distinct()],
            Boxes = [.. profile.Boxes.OrderBy(box => box.Width).ThenBy(box => box.Height).Distinct()],
            Formats = [.. profile.Formats.Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal)],
            Background = profile.Background.ToLowerInvariant(),
        };
        return $"profile {JsonSerializer.Serialize(normal, Text)}";
    }

    private static string Watermark(string? sha256) => $"watermark {sha256}";

    /// <summary>Computes the recipe of an asset.</summary>
    /// <param name="sourceSha256">SHA-256 of the source's bytes, in hex.</param>
    /// <param name="focalPoint">The asset's focal point, if one is set.</param>
    /// <param name="fingerprint">From <see cref="Fingerprint"/>.</param>
    /// <returns>16 lower-case hex digits.</returns>
    public static string Of(string sourceSha256, FocalPoint? focalPoint, string fingerprint) => Hash(
        $"source {sourceSha256.ToLowerInvariant()}",
        focalPoint is null ? "focus none" : FormattableString.Invariant($"focus {focalPoint.X:R} {focalPoint.Y:R}"),
        $"fingerprint {fingerprint}");

    /// <summary>
    /// The recipe as it appears in flat object keys, which workers wrote before <see cref="VariantKeys"/>. If the same recipe is published already, its published form is kept. Otherwise
    /// a key generation above 0 is appended, because objects that an earlier attempt left under the bare recipe may be deleted at any time.
    /// </summary>
    public static string InKeys(string recipe, ProcessingRequest request) =>
        request.PublishedRecipe is { } published && Bare(published) == recipe ? published
        : WithGeneration(recipe, request.KeyGeneration);

    internal static string WithGeneration(string recipe, int generation) =>
        generation == 0 ? recipe : FormattableString.Invariant($"{recipe}-{generation}");

    /// <summary>The recipe without its generation.</summary>
    internal static string Bare(string inKeys) => inKeys.Split('-')[0];

    internal static string Hash(params string[] ingredients) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', ingredients))).AsSpan(0, 8));
}
