using Pipeline.Contracts;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class RecipeTests
{
    private const string Source = "ab12";
    private const string Engine = "pipeline-1 libvips-8.14.1 libwebp-1.2.4";

    private static readonly Dictionary<string, Profile> Changed = new()
    {
        [nameof(Profile.Widths)] = new Profile { Widths = [320] },
        [nameof(Profile.MinShortSide)] = new Profile { MinShortSide = 160 },
        [nameof(Profile.Boxes)] = new Profile { Boxes = [new(64, 64)] },
        [nameof(Profile.Fit)] = new Profile { Fit = Fit.Contain },
        [nameof(Profile.Crop)] = new Profile { Crop = Crop.Entropy },
        [nameof(Profile.Formats)] = new Profile { Formats = ["jpeg"] },
        [nameof(Profile.JpegQuality)] = new Profile { JpegQuality = 84 },
        [nameof(Profile.WebpQuality)] = new Profile { WebpQuality = 79 },
        [nameof(Profile.WebpEffort)] = new Profile { WebpEffort = 2 },
        [nameof(Profile.AvifQuality)] = new Profile { AvifQuality = 51 },
        [nameof(Profile.AvifEffort)] = new Profile { AvifEffort = 3 },
        [nameof(Profile.Background)] = new Profile { Background = "#000000" },
        [nameof(Profile.Animate)] = new Profile { Animate = false },
        [nameof(Profile.KeepCopyright)] = new Profile { KeepCopyright = true },
        [nameof(Profile.CleanOriginal)] = new Profile { CleanOriginal = true },
        [nameof(Profile.Watermark)] = new Profile { Watermark = new Watermark { Key = "logo.png" } },
    };

    private static readonly Watermark[] ChangedWatermarks =
    [
        new() { Key = "a.png" }, new() { Key = "b.png" }, new() { Key = "a.png", Gravity = Gravity.Centre },
        new() { Key = "a.png", Opacity = 0.6 }, new() { Key = "a.png", Scale = 0.3 },
    ];

    [Fact]
    public void The_same_ingredients_give_the_same_name()
    {
        var turned = new Profile { Widths = [2048, 1280, 640, 320, 320], Formats = ["webp", "jpeg"], Background = "#FFFFFF" };

        Recipe.SettingsFingerprint(turned, watermarkSha256: null).ShouldBe(Recipe.SettingsFingerprint(new Profile(), watermarkSha256: null));
        Recipe.Fingerprint(turned, Engine, watermarkSha256: null).ShouldBe(Recipe.Fingerprint(new Profile(), Engine, watermarkSha256: null));
        Recipe.Of("AB12", focalPoint: null, "f").ShouldBe(Recipe.Of("ab12", focalPoint: null, "f"));
    }

    [Fact]
    public void A_name_that_was_given_once_is_given_for_ever()
    {
        Recipe.Fingerprint(new Profile(), Engine, watermarkSha256: null).ShouldBe("d7ea001778127c91");
        Recipe.Of(Source, new FocalPoint { X = 0.25, Y = 1 }, "f").ShouldBe("935af102a30b8b6e");
    }

    [Fact]
    public void Another_source_focal_point_engine_or_watermark_gives_another_name()
    {
        string[] recipes =
        [
            Recipe.Of(Source, focalPoint: null, "f"), Recipe.Of("ab13", focalPoint: null, "f"), Recipe.Of(Source, focalPoint: null, "g"),
            Recipe.Of(Source, new FocalPoint { X = 0, Y = 0 }, "f"), Recipe.Of(Source, new FocalPoint { X = 0, Y = 1 }, "f"),
            Recipe.Fingerprint(new Profile(), Engine, watermarkSha256: null), Recipe.Fingerprint(new Profile(), Engine + "1", watermarkSha256: null),
            Recipe.Fingerprint(new Profile(), Engine, "ab"), Recipe.Fingerprint(new Profile(), Engine, "ac"),
        ];

        recipes.ShouldBeUnique();
    }

    [Theory]
    [InlineData(0, null, "00ff")]
    [InlineData(3, null, "00ff-3")]
    [InlineData(3, "00ff", "00ff")]
    [InlineData(3, "00ff-1", "00ff-1")]
    [InlineData(3, "00fe", "00ff-3")]
    [InlineData(0, "00ffa-1", "00ff")]
    public void What_is_published_keeps_its_name_and_all_else_gets_one_that_nobody_deletes(int generation, string? published, string expected) =>
        Recipe.InKeys("00ff", new ReprocessRequested
        {
            AssetId = Guid.Empty,
            Revision = 2,
            Attempt = 1,
            Profile = "web",
            Source = new SourceObject { Area = SourceArea.Originals, Key = "a", ETag = "e", Size = 1, ClaimedType = "image/jpeg" },
            KeyGeneration = generation,
            PublishedRecipe = published,
        }).ShouldBe(expected);

    [Fact]
    public void Every_property_of_a_profile_is_an_ingredient()
    {
        Changed.Keys.Order().ShouldBe(typeof(Profile).GetProperties().Select(property => property.Name).Order());
        Profile[] profiles = [new(), .. Changed.Values];

        profiles.Select(profile => Recipe.Fingerprint(profile, Engine, watermarkSha256: null)).ShouldBeUnique();
        profiles.Select(profile => Recipe.SettingsFingerprint(profile, watermarkSha256: null)).ShouldBeUnique();
        ChangedWatermarks.Select(mark => Recipe.Fingerprint(new Profile { Watermark = mark }, Engine, watermarkSha256: null)).ShouldBeUnique();
    }
}
