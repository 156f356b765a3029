using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>A variant's recipe changes with what it is made of, and with nothing else.</summary>
public sealed class VariantRecipesTests
{
    private const string Source = "ab12";
    private const string Engine = "pipeline-1 libvips-8.14.1 libwebp-1.2.4";

    private static readonly ImageFacts Photo = new("image/jpeg", 4000, 3000, 1);
    private static readonly ImageFacts Film = new("image/gif", 400, 300, 9);
    private static readonly Profile Web = new() { Widths = [320, 640], Formats = ["jpeg", "webp", "avif"] };
    private static readonly Profile Cover = new() { Widths = [], Boxes = [new(64, 64), new(128, 128)], Fit = Fit.Cover };
    private static readonly Profile Contain = Cover with { Fit = Fit.Contain };

    public static TheoryData<string, Func<string[]>, string> Changes => new()
    {
        { "a new width", () => Changed(Web, Web with { Widths = [320, 500, 640, 1280] }), "" },
        { "a width less", () => Changed(Web, Web with { Widths = [320] }), "" },
        { "a new box", () => Changed(Cover, Cover with { Boxes = [new(64, 64), new(96, 96), new(128, 128), new(256, 256)] }), "" },
        { "a format less", () => Changed(Web, Web with { Formats = ["jpeg"] }), "" },
        { "the clean original", () => Changed(Web, Web with { CleanOriginal = true }), "" },
        { "the quality of JPEG", () => Changed(Web, Web with { JpegQuality = 84 }), "w320.jpeg w640.jpeg" },
        { "the quality of WebP", () => Changed(Web, Web with { WebpQuality = 79 }), "w320.webp w640.webp" },
        { "the effort of WebP", () => Changed(Web, Web with { WebpEffort = 2 }), "w320.webp w640.webp" },
        { "the quality of AVIF", () => Changed(Web, Web with { AvifQuality = 51 }), "w320.avif w640.avif" },
        { "the effort of AVIF", () => Changed(Web, Web with { AvifEffort = 3 }), "w320.avif w640.avif" },
        { "the background", () => Changed(Web, Web with { Background = "#000000" }), "w320.jpeg w640.jpeg" },
        { "the background of a padded box", () => Changed(Contain, Contain with { Background = "#000000" }), "64x64.jpeg 64x64.webp 128x128.jpeg 128x128.webp" },
        { "the fit", () => Changed(Cover, Contain), "64x64.jpeg 64x64.webp 128x128.jpeg 128x128.webp" },
        { "the crop", () => Changed(Cover, Cover with { Crop = Crop.Entropy }), "64x64.jpeg 64x64.webp 128x128.jpeg 128x128.webp" },
        { "the crop where nothing is cropped", () => Changed(Web, Web with { Crop = Crop.Entropy }), "" },
        { "a short side that the image has anyway", () => Changed(Web, Web with { MinShortSide = 100 }), "" },
        { "a short side that makes one variant wider", () => Changed(Web, Web with { MinShortSide = 300 }), "w320.jpeg w320.webp w320.avif" },
        { "the animation of a still image", () => Changed(Web, Web with { Animate = false }), "" },
        { "the animation of a film", () => Changed(Web, Web with { Animate = false }, Film), "w320.webp w640.webp" },
        { "the copyright", () => Changed(Web, Web with { KeepCopyright = true }), "w320.jpeg w320.webp w640.jpeg w640.webp" },
        { "the copyright of a clean original", () => Changed(Web with { CleanOriginal = true, Formats = [] }, Web with { CleanOriginal = true, Formats = [], KeepCopyright = true }), "original.jpeg" },
        { "a watermark", () => Changed(Web with { Formats = ["jpeg"], CleanOriginal = true }, Web with { Formats = ["jpeg"], CleanOriginal = true, Watermark = new() { Key = "a" } }), "w320.jpeg w640.jpeg" },
        { "the opacity of the watermark", () => Changed(Marked(new()), Marked(new() { Opacity = 0.6 })), "w320.jpeg w640.jpeg" },
        { "the scale of the watermark", () => Changed(Marked(new()), Marked(new() { Scale = 0.6 })), "w320.jpeg w640.jpeg" },
        { "the place of the watermark", () => Changed(Marked(new()), Marked(new() { Gravity = Gravity.North })), "w320.jpeg w640.jpeg" },
        { "the key of the same watermark", () => Changed(Marked(new() { Key = "a" }), Marked(new() { Key = "b" })), "" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_setting_changes_the_recipes_of_the_variants_that_it_changes(string what, Func<string[]> changed, string expected) =>
        changed().ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true, what);

    [Fact]
    public void Every_property_of_a_profile_is_among_these_changes() =>
        typeof(Profile).GetProperties().Length.ShouldBe(16, "add the new property to the changes above, and to VariantRecipes if it changes bytes");

    [Fact]
    public void Another_source_changes_all_recipes()
    {
        var all = Web with { CleanOriginal = true };

        Differ(Of(all), new VariantRecipes("ab13", Photo, all, focus: null, watermarkSha256: null, Engine)).Length.ShouldBe(7);
    }

    [Fact]
    public void A_focal_point_counts_where_the_image_is_cropped()
    {
        var focus = new FocalPoint { X = 0.25, Y = 1 };
        var mixed = Cover with { Boxes = [new(64, 64), new(128, 96)], Formats = ["jpeg"] };

        Differ(Of(mixed), new VariantRecipes(Source, Photo, mixed, focus, watermarkSha256: null, Engine)).ShouldBe(["64x64.jpeg"], "128x96 has the shape of the image");
        Differ(Of(Web), new VariantRecipes(Source, Photo, Web, focus, watermarkSha256: null, Engine)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("pipeline-1 libvips-8.14.1 libwebp-1.2.5", "w320.webp w640.webp")]
    [InlineData("pipeline-1 libvips-8.14.2 libwebp-1.2.4", "w320.jpeg w320.webp w320.avif w640.jpeg w640.webp w640.avif")]
    [InlineData("pipeline-2 libvips-8.14.1 libwebp-1.2.4", "w320.jpeg w320.webp w320.avif w640.jpeg w640.webp w640.avif original.jpeg")]
    public void An_engine_counts_for_the_formats_that_it_makes(string engine, string expected)
    {
        var all = Web with { CleanOriginal = true };

        Differ(Of(all), new VariantRecipes(Source, Photo, all, focus: null, watermarkSha256: null, engine)).ShouldBe(expected.Split(' '), ignoreOrder: true);
    }

    [Fact]
    public void A_watermark_with_other_bytes_changes_all_that_it_is_laid_over()
    {
        var marked = Marked(new()) with { CleanOriginal = true };

        Differ(
            new VariantRecipes(Source, Photo, marked, focus: null, "cd34", Engine),
            new VariantRecipes(Source, Photo, marked, focus: null, "cd35", Engine)).ShouldBe(["w320.jpeg", "w640.jpeg"]);
    }

    /// <summary>Published rows and keys have them, so each must stay what it is.</summary>
    [Fact]
    public void A_recipe_that_was_given_once_is_given_for_ever()
    {
        var recipes = Of(Web with { CleanOriginal = true });

        recipes.Planned.Select(planned => $"{planned.Name}.{planned.Format} {planned.Recipe}").ShouldBe(
        [
            "w320.jpeg 1a7fd214062f78e7", "w320.webp 2f9d520757f9296f", "w320.avif 3ef5bc728b09b897",
            "w640.jpeg 98dda997d155b505", "w640.webp b2582f0e08e1c3e4", "w640.avif a231db267674f9fc", "original.jpeg b6cc60ae4103742c",
        ]);
        recipes.InKey(recipes.Planned[0], new RenderEffort(4, 2, 1, false)).ShouldBe("f5b420263f40c73d");
    }

    private static Profile Marked(Watermark mark) => Web with { Formats = ["jpeg"], Watermark = mark };

    private static VariantRecipes Of(Profile profile, ImageFacts? facts = null) =>
        new(Source, facts ?? Photo, profile, focus: null, watermarkSha256: null, Engine);

    private static string[] Changed(Profile before, Profile after, ImageFacts? facts = null) => Differ(Of(before, facts), Of(after, facts));

    /// <summary>The variants of both whose recipes differ.</summary>
    private static string[] Differ(VariantRecipes before, VariantRecipes after) =>
    [
        .. from one in before.Planned
           join other in after.Planned on (one.Name, one.Format) equals (other.Name, other.Format)
           where one.Recipe != other.Recipe
           select $"{one.Name}.{one.Format}",
    ];
}
