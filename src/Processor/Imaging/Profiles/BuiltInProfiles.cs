namespace Pipeline.Processor.Imaging.Profiles;

/// <summary>The profiles that are there without any configuration; a configured one of the same name changes what it names.</summary>
internal static class BuiltInProfiles
{
    public static Dictionary<string, Profile> All => new(StringComparer.Ordinal)
    {
        // Half of the smallest width: an image of up to 2:1 is as wide as its variant is called, and a panorama can still be recognized.
        [Profile.Default] = new() { MinShortSide = 160 },
        ["avatar"] = new() { Widths = [], Boxes = [new(64, 64), new(128, 128), new(256, 256)], Fit = Fit.Cover },
        ["product"] = new() { Widths = [], Boxes = [new(400, 400), new(800, 800), new(1600, 1600)], Fit = Fit.Contain },
    };
}
