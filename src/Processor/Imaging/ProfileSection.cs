using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Pipeline.Processor.Imaging;

/// <summary>
/// Reads profiles by hand. The binder would add configured widths to the default ones instead of replacing them, and stop at the first
/// value that is no number.
/// </summary>
internal static class ProfileSection
{
    public const string Path = $"{ImagingOptions.Section}:Profiles";

    /// <summary>The profiles that can be made of the configuration, and a sentence for each value that cannot be used.</summary>
    public static Dictionary<string, Profile> Read(IConfiguration configuration, out List<string> faults)
    {
        var found = new List<string>();
        var profiles = new Dictionary<string, Profile>(StringComparer.Ordinal) { [Profile.Default] = new() };
        foreach (var section in configuration.GetSection(Path).GetChildren())
        {
            profiles[section.Key] = section.GetChildren().Aggregate(new Profile(), (profile, value) => With(profile, value, found));
        }

        faults = found;
        return profiles;
    }

    private static Profile With(Profile profile, IConfigurationSection value, List<string> faults)
    {
        // Keys of .NET's configuration have no case.
        switch (value.Key.ToUpperInvariant())
        {
            case "WIDTHS":
                return profile with { Widths = [.. value.GetChildren().Select(width => Number(width, faults))] };
            case "JPEGQUALITY":
                return profile with { JpegQuality = Number(value, faults) };
            case "WEBPQUALITY":
                return profile with { WebpQuality = Number(value, faults) };
            case "WEBPEFFORT":
                return profile with { WebpEffort = Number(value, faults) };
            case "BACKGROUND":
                return profile with { Background = value.Value ?? string.Empty };
            default:
                faults.Add($"`{value.Path}` is not a setting of a profile");
                return profile;
        }
    }

    private static int Number(IConfigurationSection value, List<string> faults)
    {
        if (int.TryParse(value.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        // 1 is valid everywhere, so that only the sentence about the number is told and none about a range.
        faults.Add($"`{value.Path}` must be a whole number, was '{value.Value}'");
        return 1;
    }
}
