using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Processor.Imaging;

/// <summary>
/// Names the outputs of an asset: the same source, profile and engine give the same recipe, and any change gives a new one. That keeps
/// public objects immutable. Two workers with different libraries give different names on purpose: their bytes differ, too.
/// </summary>
public static class Recipe
{
    /// <summary>Makes a recipe.</summary>
    /// <param name="sourceSha256">Of the source's bytes, in hex.</param>
    /// <param name="profile">The order of its widths makes no difference.</param>
    /// <param name="engineVersion"><see cref="IImageEngine.Version"/>.</param>
    /// <returns>16 lower-case hex digits.</returns>
    public static string Of(string sourceSha256, Profile profile, string engineVersion)
    {
        // Every property of a profile must stand here; a test holds that.
        var ingredients = string.Join('\n',
            $"source {sourceSha256.ToLowerInvariant()}",
            $"widths {string.Join(',', profile.Widths.Order().Distinct())}",
            $"jpeg {profile.JpegQuality}",
            $"webp {profile.WebpQuality} {profile.WebpEffort}",
            $"background {profile.Background.ToLowerInvariant()}",
            $"engine {engineVersion}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ingredients)).AsSpan(0, 8));
    }

    /// <summary>What profile and engine contribute to every recipe: variants of an older fingerprint would come out otherwise today.</summary>
    /// <param name="profile">The order of its widths makes no difference.</param>
    /// <param name="engineVersion"><see cref="IImageEngine.Version"/>.</param>
    /// <returns>16 lower-case hex digits.</returns>
    public static string Fingerprint(Profile profile, string engineVersion) => Of(sourceSha256: "", profile, engineVersion);
}
