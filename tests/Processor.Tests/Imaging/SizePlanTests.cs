using Pipeline.Imaging.Profiles;
using Pipeline.Imaging.Variants;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class SizePlanTests
{
    [Theory]
    [InlineData(4032, 3024, "w320 320x240, w640 640x480, w1280 1280x960, w2048 2048x1536")]
    [InlineData(3024, 4032, "w320 320x427, w640 640x853, w1280 1280x1707, w2048 2048x2731")]
    [InlineData(1000, 750, "w320 320x240, w640 640x480, w1280 1000x750")]
    [InlineData(1280, 960, "w320 320x240, w640 640x480, w1280 1280x960")]
    [InlineData(320, 240, "w320 320x240")]
    [InlineData(30, 40, "w320 30x40")]
    [InlineData(1, 1, "w320 1x1")]
    [InlineData(30_000, 1, "w320 320x1, w640 640x1, w1280 1280x1, w2048 2048x1")]
    [InlineData(1, 30_000, "w320 1x16383")]
    [InlineData(1080, 30_000, "w320 320x8889, w640 589x16361")]
    public void Widths_go_up_to_the_images_own_and_heights_stay_below_the_formats_limit(int width, int height, string expected) =>
        Describe(width, height, new Profile()).ShouldBe(expected);

    [Fact]
    public void Neither_the_order_of_the_widths_nor_a_repeated_one_makes_a_difference() =>
        SizePlan.For(1000, 500, new Profile { Widths = [640, 320, 640] }).Select(size => size.Name).ShouldBe(["w320", "w640"]);

    [Theory]
    [InlineData(9000, 700, "w320 1543x120, w2048 2048x159")]
    [InlineData(16_382, 3628, "w320 542x120, w640 640x142, w1280 1280x283, w2048 2048x454")]
    [InlineData(1200, 600, "w320 320x160, w640 640x320, w1280 1200x600")]
    [InlineData(4608, 1976, "w320 320x137, w640 640x274, w1280 1280x549, w2048 2048x878")]
    [InlineData(1500, 500, "w320 360x120, w640 640x213, w1280 1280x427, w2048 1500x500")]
    [InlineData(3024, 4032, "w320 320x427, w640 640x853, w1280 1280x1707, w2048 2048x2731")]
    [InlineData(700, 9000, "w320 320x4114, w640 640x8229, w1280 700x9000")]
    [InlineData(1000, 100, "w320 1000x100")]
    [InlineData(300, 20, "w320 300x20")]
    [InlineData(20, 300, "w320 20x300")]
    [InlineData(1, 1, "w320 1x1")]
    [InlineData(1, 30_000, "w320 1x16383")]
    [InlineData(30_000, 1, "w320 4096x1")]
    [InlineData(30_000, 1000, "w320 3600x120")]
    public void A_panorama_is_as_high_as_the_profile_web_wants_it_and_is_never_enlarged(int width, int height, string expected) =>
        Describe(width, height, BuiltInProfiles.All["web"]).ShouldBe(expected);

    [Theory]
    [InlineData(9000, 700, "w320 4096x319")]
    [InlineData(700, 9000, "w320 500x6429")]
    [InlineData(700, 600, "w320 583x500")]
    [InlineData(400, 300, "w320 400x300")]
    public void The_smallest_side_counts_whichever_is_the_short_one(int width, int height, string expected) =>
        Describe(width, height, new Profile { Widths = [320], MinShortSide = 500 }).ShouldBe(expected);

    [Theory]
    [InlineData(4032, 3024, "64x64 85x64>64x64, 128x128 171x128>128x128, 256x256 341x256>256x256")]
    [InlineData(3024, 4032, "64x64 64x85>64x64, 128x128 128x171>128x128, 256x256 256x341>256x256")]
    [InlineData(200, 200, "64x64 64x64>64x64, 128x128 128x128>128x128, 256x256 200x200>200x200")]
    [InlineData(100, 400, "64x64 64x256>64x64, 128x128 100x400>100x100")]
    [InlineData(30_000, 1, "64x64 30000x1>1x1")]
    public void A_crop_fills_its_box_and_is_never_enlarged(int width, int height, string expected) =>
        Describe(SizePlan.For(width, height, BuiltInProfiles.All["avatar"])).ShouldBe(expected);

    [Theory]
    [InlineData(2000, 1000, "400x400 400x200>400x400, 800x800 800x400>800x800, 1600x1600 1600x800>1600x1600")]
    [InlineData(500, 1000, "400x400 200x400>400x400, 800x800 400x800>800x800, 1600x1600 500x1000>1600x1600")]
    public void A_padded_image_has_the_size_of_its_box(int width, int height, string expected) =>
        Describe(SizePlan.For(width, height, BuiltInProfiles.All["product"])).ShouldBe(expected);

    [Fact]
    public void Inside_a_box_an_image_keeps_its_shape()
    {
        var profile = new Profile { Widths = [], Boxes = [new(300, 100), new(1000, 1000)], Fit = Fit.Inside };

        Describe(SizePlan.For(600, 400, profile)).ShouldBe("300x100 150x100>150x100, 1000x1000 600x400>600x400");
    }

    private static string Describe(int width, int height, Profile profile) =>
        string.Join(", ", SizePlan.For(width, height, profile).Select(size => $"{size.Name} {size.Output.Width}x{size.Output.Height}"));

    private static string Describe(IEnumerable<VariantSize> sizes) => string.Join(", ", sizes.Select(size =>
        $"{size.Name} {size.Scaled.Width}x{size.Scaled.Height}>{size.Output.Width}x{size.Output.Height}"));
}
