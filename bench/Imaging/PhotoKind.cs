using Pipeline.Imaging.Vips;

namespace Pipeline.Bench.Imaging;

/// <summary>
/// Photos by their colour profile. sharp converts the colours of every photo with a profile, in each of its pipelines, so the ratios of the kinds
/// differ by a factor of two, and a mean over both would hang on the choice of photos.
/// </summary>
/// <param name="Name">Name in the tables and in the JSON.</param>
/// <param name="What">Description for the reader.</param>
/// <param name="CpuAim">The highest ratio to sharpEach that meets the aim; null for no aim.</param>
internal sealed record PhotoKind(string Name, string What, double? CpuAim)
{
    /// <summary>Fewer photos of one kind say little about the others.</summary>
    public const int Enough = 4;

    public static readonly PhotoKind Bare = new("noProfile", "without a profile", 0.52);
    public static readonly PhotoKind Srgb = new("srgbProfile", "with a profile of sRGB", 0.26);
    public static readonly PhotoKind Other = new("otherProfile", "with another profile", null);

    public static IReadOnlyList<PhotoKind> All => [Bare, Srgb, Other];

    public static PhotoKind Of(VipsImage header) =>
        !VipsColour.HasFittingProfile(header) ? Bare : VipsColour.NeedsProfile(header) ? Other : Srgb;
}
