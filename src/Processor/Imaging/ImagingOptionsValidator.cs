using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Pipeline.Processor.Imaging;

/// <summary>Tells all that is wrong with the profiles at once.</summary>
internal sealed partial class ImagingOptionsValidator(IConfiguration configuration) : IValidateOptions<ImagingOptions>
{
    /// <summary>Keeps an encode below some hundred megabytes, whatever a profile asks for.</summary>
    private const int MaxWidth = 4096;

    private const int MaxWidths = 16;

    public ValidateOptionsResult Validate(string? name, ImagingOptions options)
    {
        _ = ProfileSection.Read(configuration, out var faults);
        faults.AddRange(options.Profiles.SelectMany(profile => Faults(profile.Key, profile.Value)));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(string name, Profile profile)
    {
        var key = $"{ProfileSection.Path}:{name}";
        if (!ProfileName().IsMatch(name))
        {
            yield return $"`{key}`: a profile is named by 1–32 of a–z, 0–9 and -";
        }

        if (profile.Widths.Count is 0 or > MaxWidths)
        {
            yield return $"`{key}:Widths` must have 1–{MaxWidths} widths, has {profile.Widths.Count}";
        }

        foreach (var width in profile.Widths.Where(width => width is < 1 or > MaxWidth))
        {
            yield return $"`{key}:Widths` must be 1–{MaxWidth} each, one was {width}";
        }

        if (profile.JpegQuality is < 1 or > 100)
        {
            yield return $"`{key}:JpegQuality` must be 1–100, was {profile.JpegQuality}";
        }

        if (profile.WebpQuality is < 1 or > 100)
        {
            yield return $"`{key}:WebpQuality` must be 1–100, was {profile.WebpQuality}";
        }

        if (profile.WebpEffort is < 0 or > 6)
        {
            yield return $"`{key}:WebpEffort` must be 0–6, was {profile.WebpEffort}";
        }

        if (!Rgb.TryParse(profile.Background, out _))
        {
            yield return $"`{key}:Background` must be a colour like #ffffff, was '{profile.Background}'";
        }
    }

    [GeneratedRegex(@"\A[a-z0-9-]{1,32}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProfileName();
}
