using System.Text.RegularExpressions;
using Pipeline.Imaging.Variants;
using Pipeline.Storage;

namespace Pipeline.Imaging.Profiles;

/// <summary>Validates the settings of a profile.</summary>
internal static partial class ProfileRules
{
    /// <summary>Longest side of a variant in pixels; keeps the memory of one encode below a few hundred megabytes.</summary>
    public const int MaxSide = 4096;

    private const int MaxSizes = 16;

    /// <summary>Returns one sentence for each fault, with the key of the setting.</summary>
    public static IEnumerable<string> Faults(string name, Profile profile)
    {
        var key = $"{ProfileSection.Path}:{name}";
        if (!ProfileName().IsMatch(name))
        {
            yield return $"`{key}`: a profile's name must be 1–32 of a–z, 0–9 and -";
        }

        foreach (var fault in Sizes(profile).Concat(Formats(profile)).Concat(Numbers(profile)).Concat(Marks(profile)))
        {
            yield return $"`{key}:{fault}";
        }

        if (!Rgb.TryParse(profile.Background, out _))
        {
            yield return $"`{key}:{nameof(Profile.Background)}` must be a colour like #ffffff, was '{profile.Background}'";
        }
    }

    private static IEnumerable<string> Sizes(Profile profile)
    {
        if (profile.Boxes.Count > MaxSizes)
        {
            yield return $"{nameof(Profile.Boxes)}` must have 1–{MaxSizes} boxes, has {profile.Boxes.Count}";
        }
        else if (profile.Boxes.Count == 0 && profile.Widths.Count is 0 or > MaxSizes)
        {
            yield return $"{nameof(Profile.Widths)}` must have 1–{MaxSizes} widths, has {profile.Widths.Count}";
        }

        foreach (var width in profile.Widths.Where(width => width is < 1 or > MaxSide))
        {
            yield return $"{nameof(Profile.Widths)}` must be 1–{MaxSide} each, one was {width}";
        }

        foreach (var box in profile.Boxes.Where(box => box.Width is < 1 or > MaxSide || box.Height is < 1 or > MaxSide))
        {
            yield return $"{nameof(Profile.Boxes)}` must have sides of 1–{MaxSide}, one was {box}";
        }

        if (profile.Boxes.Count > 0 && profile.MinShortSide != 0)
        {
            yield return $"{nameof(Profile.MinShortSide)}` applies to widths only, since a box sets both sides. Remove it, or use widths instead";
        }
    }

    private static IEnumerable<string> Formats(Profile profile)
    {
        if (!profile.Formats.Contains(ImageFormats.Jpeg))
        {
            yield return $"{nameof(Profile.Formats)}` must contain {ImageFormats.Jpeg}, which every client can read";
        }

        foreach (var format in profile.Formats.Except(ImageFormats.All, StringComparer.Ordinal))
        {
            yield return $"{nameof(Profile.Formats)}` must hold only {string.Join(", ", ImageFormats.All)}, one was '{format}'";
        }
    }

    private static IEnumerable<string> Numbers(Profile profile)
    {
        (string Key, int Value, int Least, int Most)[] numbers =
        [
            (nameof(Profile.MinShortSide), profile.MinShortSide, 0, MaxSide),
            (nameof(Profile.JpegQuality), profile.JpegQuality, 1, 100),
            (nameof(Profile.WebpQuality), profile.WebpQuality, 1, 100),
            (nameof(Profile.WebpEffort), profile.WebpEffort, 0, 6),
            (nameof(Profile.AvifQuality), profile.AvifQuality, 1, 100),
            (nameof(Profile.AvifEffort), profile.AvifEffort, 0, 9),
        ];
        return numbers.Where(number => number.Value < number.Least || number.Value > number.Most)
            .Select(number => $"{number.Key}` must be {number.Least}–{number.Most}, was {number.Value}");
    }

    private static IEnumerable<string> Marks(Profile profile)
    {
        if (profile.Watermark is not { } mark)
        {
            yield break;
        }

        if (!ObjectKey.TryParse(mark.Key, out _))
        {
            yield return $"{nameof(Profile.Watermark)}:{nameof(Watermark.Key)}` must name an object, was '{mark.Key}'";
        }

        foreach (var (key, value) in new[] { (nameof(Watermark.Opacity), mark.Opacity), (nameof(Watermark.Scale), mark.Scale) })
        {
            if (value is not (>= 0.01 and <= 1))
            {
                yield return FormattableString.Invariant($"{nameof(Profile.Watermark)}:{key}` must be 0.01–1, was {value}");
            }
        }
    }

    [GeneratedRegex(@"\A[a-z0-9-]{1,32}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex ProfileName();
}
