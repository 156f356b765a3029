namespace Pipeline.Imaging.Profiles;

/// <summary>The profiles that are there without any configuration; a configured one of the same name changes what it names.</summary>
internal static class BuiltInProfiles
{
    public static Dictionary<string, Profile> All => new(StringComparer.Ordinal)
    {
        // The most that leaves photos of phones alone, whose screens are up to 21:9; a panorama can be recognized.
        [Profile.Default] = new() { MinShortSide = 120 },
        ["avatar"] = new() { Widths = [], Boxes = [new(64, 64), new(128, 128), new(256, 256)], Fit = Fit.Cover },
        ["product"] = new() { Widths = [], Boxes = [new(400, 400), new(800, 800), new(1600, 1600)], Fit = Fit.Contain },
    };
}
