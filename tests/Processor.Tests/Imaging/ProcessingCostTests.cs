using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Animation;
using Pipeline.Imaging.Profiles;
using Pipeline.Imaging.Variants;
using Pipeline.TestKit.Images;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>The work that an image may need by its size; <c>./bench.sh cost</c> measures the actual work.</summary>
public sealed class ProcessingCostTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Fact]
    public async Task A_tiny_animation_of_huge_frames_is_shown_with_fewer_of_them()
    {
        var path = _bench.Photos.Write("huge.gif", GifBuilder.Dots(2040, 2040, 24));

        Plan(path, new Profile()).KeepEvery.ShouldBeInRange(2, 12);
        (await _bench.Render(path, new Profile { Widths = [2048] })).Variants.ShouldContain(variant => variant.Animated);
    }

    [Fact]
    public void A_frame_that_stands_for_others_is_shown_for_as_long_as_they_are()
    {
        int[] delays = [50, 60, 0, 70, 80];

        Animations.AsShown(delays, 0, every: 2, count: 5).ShouldBe(110);
        Animations.AsShown(delays, 2, every: 2, count: 5).ShouldBe(170);
        Animations.AsShown(delays, 4, every: 2, count: 5).ShouldBe(80);
    }

    [Fact]
    public void An_animation_of_which_two_frames_are_too_many_stands_still()
    {
        var still = File.ReadAllBytes(_bench.Photos.Photo("still.webp", 8, 8, "-strip"));
        var path = _bench.Photos.Write("huge.webp", WebpBuilder.Animation(7000, 7000, [still], 2, (8, 8)));

        Plan(path, new Profile()).Moves.ShouldBeFalse();
    }

    [Theory]
    [InlineData(480, 270, 60)]
    [InlineData(320, 240, 100)]
    public void An_ordinary_animation_keeps_all_its_frames(int width, int height, int count)
    {
        var path = _bench.Photos.Write("usual.gif", GifBuilder.Dots(width, height, count));

        var plan = Plan(path, new Profile());

        plan.Moves.ShouldBeTrue();
        plan.KeepEvery.ShouldBe(1);
        plan.Profile.WebpEffort.ShouldBe(4);
    }

    [Fact]
    public void A_good_photo_costs_about_one() => Photos(photo: _bench.Photos.Photo("photo.jpg", 4032, 3024)).ShouldBeInRange(0.7, 1.5);

    [Fact]
    public async Task A_jpeg_of_many_scans_over_many_pixels_is_refused_and_one_of_few_is_not()
    {
        var few = await File.ReadAllBytesAsync(_bench.Photos.Make("few.jpg", "-size", "6000x6000", "xc:gray", "-type", "TrueColor", "-interlace", "JPEG"));
        var many = _bench.Photos.Write("many.jpg", JpegBuilder.WithScans(few, 150));

        (await _bench.TryRender(many)).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.TooManyPixels);
        (await _bench.TryRender(_bench.Photos.Path("few.jpg"), new Profile { Widths = [64] })).Rejection.ShouldBeNull();
    }

    [Fact]
    public void A_tall_page_is_encoded_with_less_effort_instead_of_refused()
    {
        var path = _bench.Photos.Write("page.png", new PngBuilder(2048, 16_000).Build());

        Plan(path, new Profile()).Profile.WebpEffort.ShouldBeLessThan(4);
    }

    [Fact]
    public async Task The_limit_is_for_each_megabyte_of_the_file()
    {
        var small = new PngBuilder(9000, 9000, bitDepth: 16, colourType: 6).Build();
        var strict = new Workbench { Engine = Workbench.NewEngine(new ImageLimits { MaxCost = 1 }) };
        var path = strict.Photos.Write("small.png", small);

        var rejection = (await strict.TryRender(path, new Profile { Widths = [64] })).Rejection.ShouldNotBeNull();
        Plan(strict.Photos.Write("large.png", [.. small, .. new byte[40_000_000]]), new Profile()).ShouldNotBeNull();

        rejection.Code.ShouldBe(RejectionCode.TooManyPixels);
        rejection.Reason.ShouldContain("the limit is 1");
        strict.Dispose();
    }

    /// <summary>They make the file smaller, and are decoded to pixels with alpha.</summary>
    [Theory]
    [InlineData(0, 8, 2)]
    [InlineData(2, 8, 6)]
    [InlineData(3, 8, 256)]
    [InlineData(3, 1, 2)]
    public void A_png_that_is_transparent_by_a_colour_costs_what_one_with_alpha_costs(byte colourType, byte bits, int transparency)
    {
        var png = new PngBuilder(4000, 4000, bits, colourType);
        if (colourType == 3) png.With("PLTE", new byte[3 << bits]);
        var alpha = new PngBuilder(4000, 4000, 8, (byte)(colourType == 0 ? 4 : 6)).Build();

        var cost = Photos(_bench.Photos.Write("colour.png", png.With("tRNS", new byte[transparency]).Build()));

        cost.ShouldBe(Photos(_bench.Photos.Write("alpha.png", alpha)), 0.01);
    }

    [Fact]
    public void Formats_and_efforts_that_take_more_may_take_more()
    {
        ProcessingCost.WeightOf(new Profile()).ShouldBe(1);
        ProcessingCost.WeightOf(new Profile { WebpEffort = 0 }).ShouldBe(1);
        ProcessingCost.WeightOf(new Profile { WebpEffort = 6 }).ShouldBeGreaterThan(1.3);
        ProcessingCost.WeightOf(new Profile { Formats = ["jpeg", "webp", "avif"] }).ShouldBeGreaterThan(2);
    }

    public void Dispose() => _bench.Dispose();

    private static double Photos(string photo)
    {
        using var file = Open(photo);
        var sizes = SizePlan.For(file.Facts.Width, file.Facts.Height, new Profile());
        return (ProcessingCost.Decoding(file) + ProcessingCost.Encoding(sizes, new Profile())) / ProcessingCost.Photo;
    }

    private static RenderPlan Plan(string path, Profile profile)
    {
        using var file = Open(path);
        var judged = RenderPlan.For(file, new RenderRequest(path, file.Facts, profile, ""), new ImageLimits());
        judged.Rejection.ShouldBeNull();
        return judged.Value;
    }

    private static OpenedFile Open(string path) =>
        new Inspector(new ImageLimits(), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).Open(new SourceFile(path)).Value;
}
