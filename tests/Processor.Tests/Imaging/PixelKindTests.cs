using Pipeline.Imaging.Profiles;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class PixelKindTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Theory]
    [InlineData("grey.jpg", "-colorspace", "Gray")]
    [InlineData("deep.png", "-depth", "16")]
    [InlineData("deep-grey.png", "-colorspace", "Gray", "-depth", "16")]
    [InlineData("interlaced.png", "-interlace", "PNG")]
    [InlineData("palette.png", "-colors", "16")]
    [InlineData("black-and-white.png", "-monochrome")]
    [InlineData("palette.gif", "-colors", "64")]
    [InlineData("progressive.jpg", "-interlace", "JPEG")]
    [InlineData("lossless.webp", "-define", "webp:lossless=true")]
    public async Task Every_kind_of_pixels_comes_out_as_it_looks(string name, params string[] arguments)
    {
        var path = _bench.Photos.Photo(name, 500, 300, arguments);

        var (jpeg, webp) = await _bench.RenderOne(path, 100);

        var expected = Photos.Pixels(_bench.Photos.Make(
            "expected.png", path, "-colorspace", "sRGB", "-type", "TrueColor", "-filter", "Lanczos", "-resize", "100x60!"));
        MeanDifference(Photos.Pixels(jpeg), expected).ShouldBeLessThan(6);
        MeanDifference(Photos.Pixels(webp), expected).ShouldBeLessThan(6);
    }

    [Theory]
    [InlineData("white", 255, 255, 255)]
    [InlineData("red", 255, 0, 0)]
    [InlineData("yellow", 255, 255, 0)]
    [InlineData("black", 0, 0, 0)]
    [InlineData("rgb(200,100,80)", 200, 100, 80)]
    public async Task Inks_without_a_profile_look_as_in_browsers(string colour, double red, double green, double blue)
    {
        var path = _bench.Photos.Make("inks.jpg", "-size", "200x200", $"xc:{colour}", "-colorspace", "CMYK", "-quality", "95");

        await ShouldBe(path, red, green, blue);
    }

    [Fact]
    public async Task Inks_without_adobes_segment_are_stored_as_with_it()
    {
        var path = _bench.Photos.Make("inks.jpg", "-size", "200x200", "xc:white", "-colorspace", "CMYK", "-quality", "95");
        var jpeg = await File.ReadAllBytesAsync(path);
        var adobe = jpeg.AsSpan().IndexOf("Adobe"u8);

        // The components were brightness and two differences, and are three inks now.
        await ShouldBe(_bench.Photos.Write("bare.jpg", [.. jpeg[..(adobe - 4)], .. jpeg[(adobe + 12)..]]), 0, 128, 128);
    }

    [Fact]
    public async Task A_profile_for_another_number_of_inks_does_not_count()
    {
        var path = _bench.Photos.Make("inks.jpg", "-size", "200x200", "xc:rgb(200,100,80)", "-colorspace", "CMYK", "-quality", "95");
        Photos.Tag(path, $"-icc_profile<={_bench.Photos.Write("p3.icc", IccProfile.DisplayP3())}");

        await ShouldBe(path, 200, 100, 80);
    }

    [Theory]
    [InlineData("png", "8")]
    [InlineData("png", "16")]
    [InlineData("webp", "8")]
    public async Task Transparency_is_kept_in_webp_and_laid_on_the_background_in_jpeg(string extension, string depth)
    {
        var path = _bench.Photos.Make($"half.{extension}", "-size", "200x200", "xc:#ff000080", "-depth", depth);

        var (jpeg, webp) = await _bench.RenderOne(path, 50, new Profile { Background = "#0000ff" });

        var visible = Photos.Pixels(webp, "rgba")[^4..];
        ((double)visible[0]).ShouldBe(255, 4);
        ((double)visible[3]).ShouldBe(128, 2);
        var flat = Photos.MeanColour(jpeg, 10, 10, 8);
        flat[0].ShouldBe(128, 4);
        flat[2].ShouldBe(127, 4);
    }

    // Without premultiplication the green of invisible pixels would show at the edge.
    [Fact]
    public async Task The_colour_of_invisible_pixels_does_not_bleed()
    {
        var path = _bench.Photos.Make("edge.png", "-size", "204x400", "xc:#ff0000ff", "-size", "196x400", "xc:#00ff0000", "+append");

        var (_, webp) = await _bench.RenderOne(path, 50, new Profile { WebpQuality = 100 });

        var pixels = Photos.Pixels(webp, "rgba").Chunk(4).Where(pixel => pixel[3] > 40).ToList();
        pixels.ShouldNotBeEmpty();
        pixels.ShouldAllBe(pixel => pixel[1] < 40);
    }

    [Theory]
    [InlineData("jpg", 180, 100, 90, 194, 95, 86)]
    [InlineData("jpg", 90, 170, 110, 50, 174, 104)]
    [InlineData("png", 180, 100, 90, 194, 95, 86)]
    public async Task A_wide_gamut_is_brought_to_srgb(string extension, int red, int green, int blue, int toRed, int toGreen, int toBlue)
    {
        // The expected sRGB colour was computed from the matrices of both colour spaces.
        var path = _bench.Photos.Make($"wide.{extension}", "-size", "640x480", $"xc:rgb({red},{green},{blue})", "-quality", "98");
        Photos.Tag(path, $"-icc_profile<={_bench.Photos.Write("p3.icc", IccProfile.DisplayP3())}");

        var (jpeg, _) = await _bench.RenderOne(path, 320);

        var colour = Photos.MeanColour(jpeg, 100, 100, 16);
        colour[0].ShouldBe(toRed, 3);
        colour[1].ShouldBe(toGreen, 3);
        colour[2].ShouldBe(toBlue, 3);
    }

    [Fact]
    public async Task Inks_with_a_profile_come_out_as_it_says()
    {
        var path = _bench.Photos.Make("inks.jpg", "-size", "640x480", "xc:cmyk(255,0,0,0)", "-colorspace", "CMYK", "-quality", "98");
        Photos.Tag(path, $"-icc_profile<={_bench.Photos.Write("inks.icc", IccProfile.CmykToRgb())}");

        var (jpeg, _) = await _bench.RenderOne(path, 320);

        var colour = Photos.MeanColour(jpeg, 100, 100, 16);
        colour[1].ShouldBeGreaterThan(colour[0] + 60, "the profile says green, and cyan without it");
        colour[1].ShouldBeGreaterThan(colour[2] + 60);
    }

    [Fact]
    public async Task Grey_with_a_profile_comes_out_as_it_says()
    {
        var path = _bench.Photos.Make("grey.jpg", "-size", "640x480", "xc:gray(128)", "-colorspace", "Gray", "-quality", "98");
        Photos.Tag(path, $"-icc_profile<={_bench.Photos.Write("grey.icc", IccProfile.LinearGrey())}");

        var (jpeg, _) = await _bench.RenderOne(path, 320);

        // Half the light is 188 in sRGB.
        Photos.MeanColour(jpeg, 100, 100, 16)[0].ShouldBe(188, 3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deep_image_with_a_profile_and_transparency_keeps_both(bool deep)
    {
        var path = _bench.Photos.Make("wide.png", "-size", "640x480", "xc:rgba(180,100,90,0.5)", "-depth", deep ? "16" : "8");
        Photos.Tag(path, $"-icc_profile<={_bench.Photos.Write("p3.icc", IccProfile.DisplayP3())}");

        var (_, webp) = await _bench.RenderOne(path, 320, new Profile { WebpQuality = 100 });

        var pixel = Photos.Pixels(webp, "rgba")[^4..];
        ((double)pixel[0]).ShouldBe(194, 4);
        ((double)pixel[3]).ShouldBe(128, 2);
    }

    [Theory]
    [InlineData("gif")]
    [InlineData("webp")]
    public async Task Of_an_animation_the_first_frame_is_rendered(string extension)
    {
        var path = _bench.Photos.Make($"moving.{extension}", "-size", "60x40", "xc:red", "xc:lime", "xc:blue");

        var (jpeg, _) = await _bench.RenderOne(path, 320);

        var colour = Photos.MeanColour(jpeg, 10, 10, 16);
        colour[0].ShouldBe(255, 4);
        colour[1].ShouldBe(0, 4);
    }

    public void Dispose() => _bench.Dispose();

    private async Task ShouldBe(string path, params double[] colour)
    {
        var (jpeg, _) = await _bench.RenderOne(path, 100);

        var shown = Photos.MeanColour(jpeg, 40, 40, 16);
        for (var i = 0; i < 3; i++) shown[i].ShouldBe(colour[i], 4);
    }

    private static double MeanDifference(byte[] actual, byte[] expected)
    {
        actual.Length.ShouldBe(expected.Length);
        return actual.Zip(expected, (a, b) => Math.Abs(a - b)).Average();
    }
}
