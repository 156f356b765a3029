using Microsoft.Extensions.Configuration;

namespace Pipeline.Imaging.Profiles;

/// <summary>
/// Reads profiles without the configuration binder, which would add configured widths to the default ones instead of replacing them, and
/// would stop at the first value that is not a number.
/// </summary>
internal static class ProfileSection
{
    public const string Path = $"{ImagingOptions.Section}:Profiles";

    /// <summary>Reads the profiles from the configuration, and returns one sentence for each invalid value.</summary>
    public static Dictionary<string, Profile> Read(IConfiguration configuration, out List<string> faults)
    {
        var values = new SettingReader();
        var profiles = BuiltInProfiles.All;
        foreach (var section in configuration.GetSection(Path).GetChildren())
        {
            var basis = profiles.GetValueOrDefault(section.Key) ?? new Profile();
            profiles[section.Key] = section.GetChildren().Aggregate(basis, (profile, value) => With(profile, value, values));
            if (section.GetSection(nameof(Profile.Widths)).Exists() && section.GetSection(nameof(Profile.Boxes)).Exists())
            {
                values.Faults.Add($"`{section.Path}` has both widths and boxes; it must have one of them");
            }
        }

        faults = values.Faults;
        return profiles;
    }

    // .NET configuration keys are case-insensitive.
    private static Profile With(Profile profile, IConfigurationSection value, SettingReader read) => value.Key.ToUpperInvariant() switch
    {
        "WIDTHS" => profile with { Widths = [.. value.GetChildren().Select(read.Whole)], Boxes = [] },
        "BOXES" => profile with { Boxes = [.. value.GetChildren().Select(read.Box)], Widths = [], MinShortSide = 0 },
        "MINSHORTSIDE" => profile with { MinShortSide = read.Whole(value) },
        "FIT" => profile with { Fit = read.OneOf(value, profile.Fit) },
        "CROP" => profile with { Crop = read.OneOf(value, profile.Crop) },
        "FORMATS" => profile with { Formats = [.. value.GetChildren().Select(format => format.Value ?? string.Empty)] },
        "JPEGQUALITY" => profile with { JpegQuality = read.Whole(value) },
        "WEBPQUALITY" => profile with { WebpQuality = read.Whole(value) },
        "WEBPEFFORT" => profile with { WebpEffort = read.Whole(value) },
        "AVIFQUALITY" => profile with { AvifQuality = read.Whole(value) },
        "AVIFEFFORT" => profile with { AvifEffort = read.Whole(value) },
        "BACKGROUND" => profile with { Background = value.Value ?? string.Empty },
        "ANIMATE" => profile with { Animate = read.YesOrNo(value) },
        "KEEPCOPYRIGHT" => profile with { KeepCopyright = read.YesOrNo(value) },
        "CLEANORIGINAL" => profile with { CleanOriginal = read.YesOrNo(value) },
        "WATERMARK" => profile with { Watermark = value.GetChildren().Aggregate(new Watermark(), (mark, part) => With(mark, part, read)) },
        _ => read.Unknown(value, "a profile", profile),
    };

    private static Watermark With(Watermark mark, IConfigurationSection value, SettingReader read) => value.Key.ToUpperInvariant() switch
    {
        "KEY" => mark with { Key = value.Value ?? string.Empty },
        "GRAVITY" => mark with { Gravity = read.OneOf(value, mark.Gravity) },
        "OPACITY" => mark with { Opacity = read.Part(value) },
        "SCALE" => mark with { Scale = read.Part(value) },
        _ => read.Unknown(value, "a watermark", mark),
    };
}
