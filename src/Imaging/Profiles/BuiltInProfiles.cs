namespace Pipeline.Imaging.Profiles;

/// <summary>Profiles that exist without configuration. A configured profile of the same name overrides only the settings it names.</summary>
internal static class BuiltInProfiles
{
    public static Dictionary<string, Profile> All => new(StringComparer.Ordinal)
    {
        // The highest value that does not affect phone photos (screens are up to 21:9), and enough to recognize a panorama.
        [Profile.Default] = new() { MinShortSide = 120 },
        ["avatar"] = new() { Widths = [], Boxes = [new(64, 64), new(128, 128), new(256, 256)], Fit = Fit.Cover },
        ["product"] = new() { Widths = [], Boxes = [new(400, 400), new(800, 800), new(1600, 1600)], Fit = Fit.Contain },
    };
}
