using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Contracts;

namespace Pipeline.Imaging.Profiles;

/// <summary>
/// Names the outputs of an asset: the same source, focal point, profile and engine give the same recipe, and any change gives a new one.
/// That keeps public objects immutable. Two workers with different libraries give different names on purpose: their bytes differ, too.
/// </summary>
public static class Recipe
{
    private static readonly JsonSerializerOptions Text = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>What of a recipe is not the asset's own. An asset made by another fingerprint lags behind its profile.</summary>
    /// <param name="profile">All of its properties count; the order of its sizes makes no difference.</param>
    /// <param name="engineVersion"><see cref="IImageEngine.Version"/>.</param>
    /// <param name="watermarkSha256">Of the watermark's bytes, in hex, if the profile has one.</param>
    /// <returns>16 lower-case hex digits.</returns>
    public static string Fingerprint(Profile profile, string engineVersion, string? watermarkSha256)
    {
        var normal = profile with
        {
            Widths = [.. profile.Widths.Order().Distinct()],
            Boxes = [.. profile.Boxes.OrderBy(box => box.Width).ThenBy(box => box.Height).Distinct()],
            Formats = [.. profile.Formats.Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal)],
            Background = profile.Background.ToLowerInvariant(),
        };
        return Hash($"profile {JsonSerializer.Serialize(normal, Text)}", $"watermark {watermarkSha256}", $"engine {engineVersion}");
    }

    /// <summary>Makes a recipe.</summary>
    /// <param name="sourceSha256">Of the source's bytes, in hex.</param>
    /// <param name="focalPoint">Of the asset, if one is set.</param>
    /// <param name="fingerprint">From <see cref="Fingerprint"/>.</param>
    /// <returns>16 lower-case hex digits.</returns>
    public static string Of(string sourceSha256, FocalPoint? focalPoint, string fingerprint) => Hash(
        $"source {sourceSha256.ToLowerInvariant()}",
        focalPoint is null ? "focus none" : FormattableString.Invariant($"focus {focalPoint.X:R} {focalPoint.Y:R}"),
        $"fingerprint {fingerprint}");

    /// <summary>
    /// The recipe as it stands in the keys of a request's objects: as it is published already, or with the generation behind it, since the
    /// objects that an earlier attempt left under the bare name may be deleted at any time.
    /// </summary>
    public static string InKeys(string recipe, IProcessingRequest request) =>
        request.PublishedRecipe is { } published && Bare(published) == recipe ? published
        : request.KeyGeneration == 0 ? recipe
        : FormattableString.Invariant($"{recipe}-{request.KeyGeneration}");

    private static string Bare(string inKeys) => inKeys.Split('-')[0];

    private static string Hash(params string[] ingredients) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', ingredients))).AsSpan(0, 8));
}
