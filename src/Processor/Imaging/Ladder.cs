namespace Pipeline.Processor.Imaging;

/// <summary>One size to make.</summary>
/// <param name="Name">From the profile, such as <c>w640</c>, even where the image is narrower.</param>
internal sealed record Rung(string Name, int Width, int Height);

/// <summary>Which sizes are made of an image.</summary>
internal static class Ladder
{
    /// <summary>
    /// The tallest output, which is WebP's own limit for a side and holds for JPEG as well, so that both have the same size. An image
    /// that would come out taller is made smaller as a whole; only one that would then be narrower than a pixel is compressed in height.
    /// </summary>
    public const int MaxHeight = 16_383;

    /// <summary>Smallest first; ends with the first width that the image does not exceed.</summary>
    public static IReadOnlyList<Rung> For(int width, int height, Profile profile)
    {
        var widest = height <= MaxHeight ? width : Math.Max(1, (int)((long)width * MaxHeight / height));
        var rungs = new List<Rung>();
        foreach (var wanted in profile.Widths.Order().Distinct())
        {
            var actual = Math.Min(wanted, widest);

            // From the original's size each time: rounding a rounded size is off by a pixel.
            var tall = Math.Round((double)height * actual / width, MidpointRounding.AwayFromZero);
            rungs.Add(new Rung($"w{wanted}", actual, (int)Math.Clamp(tall, 1, MaxHeight)));
            if (wanted >= widest)
            {
                break;
            }
        }

        return rungs;
    }
}
