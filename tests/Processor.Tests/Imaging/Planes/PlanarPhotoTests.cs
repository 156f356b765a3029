using Pipeline.Imaging;
using Pipeline.Imaging.Variants;
using Pipeline.Imaging.Vips;

namespace Pipeline.Processor.Tests.Imaging.Planes;

/// <summary>A photo that stays in planes looks like the same photo through RGB.</summary>
public sealed class PlanarPhotoTests : IDisposable
{
    private readonly Workbench _bench = new();

    public static TheoryData<string, int, int> Photos()
    {
        var data = new TheoryData<string, int, int>();
        foreach (var sampling in new[] { "2x2", "2x1", "1x2", "1x1" })
        {
            data.Add(sampling, 400, 300);
            data.Add(sampling, 401, 299);
            data.Add(sampling, 403, 301);
            data.Add(sampling, 408, 308);
        }

        return data;
    }

    // Blurred, because samples of colour that are shared lose fine detail in either way.
    [Theory]
    [MemberData(nameof(Photos))]
    public void Every_sampling_and_odd_sizes_look_as_through_pixels(string sampling, int width, int height)
    {
        var jpeg = File.ReadAllBytes(_bench.Photos.Photo($"p{sampling}{width}.jpg", width, height, "-blur", "0x8", "-sampling-factor", sampling, "-quality", "95"));
        foreach (var (toWidth, toHeight) in new[] { (width, height), (width - 1, height - 1), (201, 151), (161, 120), ((width + 3) / 4, (height + 3) / 4) })
        {
            Difference(jpeg, toWidth, toHeight, isPlanar: true).ShouldBeLessThan(1.5, $"{toWidth} × {toHeight}");
        }
    }

    // A mistake of one pixel in the place of the colours shows only at odd lengths.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Every_orientation_looks_as_through_pixels(int orientation)
    {
        var path = _bench.Photos.Make(
            $"o{orientation}.jpg", "-size", "320x240", "xc:#3060c0", "-fill", "#ff9020", "-draw", "circle 220,90 220,40",
            "-fill", "#902020", "-draw", "rectangle 20,150 130,220", "-blur", "0x3", "-sampling-factor", "2x2", "-quality", "95");
        TestKit.Photos.Tag(path, $"-Orientation#={orientation}");
        var jpeg = File.ReadAllBytes(path);

        foreach (var (width, height) in new[] { (161, 121), (160, 121), (161, 120), (160, 120) })
        {
            var (toWidth, toHeight) = orientation >= 5 ? (height, width) : (width, height);
            Difference(jpeg, toWidth, toHeight, isPlanar: true).ShouldBeLessThan(0.6, $"{toWidth} × {toHeight}");
        }
    }

    [Theory]
    [InlineData("4x1")]
    [InlineData("4x2")]
    [InlineData("1x4")]
    [InlineData("3x1")]
    public void Rare_samplings_go_through_pixels(string sampling)
    {
        var jpeg = File.ReadAllBytes(_bench.Photos.Photo("rare.jpg", 400, 300, "-sampling-factor", sampling));

        Difference(jpeg, 200, 150, isPlanar: false).ShouldBe(0);
    }

    [Theory]
    [InlineData("grey.jpg", "-colorspace", "Gray")]
    [InlineData("inks.jpg", "-colorspace", "CMYK")]
    public void Other_colours_go_through_pixels(string name, string option, string value) =>
        Difference(File.ReadAllBytes(_bench.Photos.Photo(name, 400, 300, option, value)), 200, 150, isPlanar: false).ShouldBe(0);

    // Without a JFIF segment, this Adobe segment says that the components are red, green and blue.
    [Fact]
    public void A_jpeg_in_rgb_goes_through_pixels()
    {
        var whole = File.ReadAllBytes(_bench.Photos.Photo("rgb.jpg", 400, 300, "-sampling-factor", "1x1"));
        whole[3].ShouldBe((byte)0xE0);
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0, .. whole[20..]];

        Difference(jpeg, 200, 150, isPlanar: false).ShouldBe(0);
    }

    [Theory]
    [InlineData(40, 400)]
    [InlineData(400, 40)]
    [InlineData(20, 20)]
    public void Tiny_and_narrow_images_go_through_pixels(int width, int height) =>
        Difference(File.ReadAllBytes(_bench.Photos.Photo("tiny.jpg", width, height, "-sampling-factor", "2x2")), width / 2, height / 2, isPlanar: false).ShouldBe(0);

    [Fact]
    public void A_profile_in_a_wide_gamut_goes_through_pixels()
    {
        var path = _bench.Photos.Photo("wide.jpg", 400, 300);
        TestKit.Photos.Tag(path, $"-icc_profile<={_bench.Photos.Write("p3.icc", IccProfile.DisplayP3())}");

        Difference(File.ReadAllBytes(path), 200, 150, isPlanar: false).ShouldBe(0);
    }

    [Fact]
    public void Colours_come_out_of_both_encoders_as_they_are()
    {
        foreach (var colour in new[] { "#ffffff", "#000000", "#ff0000", "#00ff00", "#0000ff", "#3060c0", "#f0d8c0", "#7f7f7f" })
        {
            var jpeg = File.ReadAllBytes(_bench.Photos.Make("flat.jpg", "-size", "99x67", $"xc:{colour}", "-sampling-factor", "2x2", "-quality", "98"));
            using var raster = Decode(jpeg, 67, 45);
            using var asJpeg = raster.ToJpeg(95, default);
            using var asWebp = raster.ToWebp(95, 4, CancellationToken.None);

            var wanted = new[] { Convert.ToInt32(colour[1..3], 16), Convert.ToInt32(colour[3..5], 16), Convert.ToInt32(colour[5..7], 16) };
            foreach (var path in new[] { _bench.Photos.Write("out.jpg", asJpeg.Bytes), _bench.Photos.Write("out.webp", asWebp.Bytes) })
            {
                var mean = TestKit.Photos.MeanColour(path, 16, 16, 16);
                for (var band = 0; band < 3; band++) mean[band].ShouldBe(wanted[band], 4, $"{colour} in {Path.GetExtension(path)}");
            }
        }
    }

    public void Dispose() => _bench.Dispose();

    private static Raster Decode(byte[] jpeg, int width, int height)
    {
        using var header = VipsSource.Open(jpeg, ImageType.Jpeg);
        return PhotoDecoder.Decode(header, jpeg, ImageType.Jpeg, width, height, CancellationToken.None);
    }

    /// <summary>Mean difference to the image that libvips decodes, by the 2 × 2 pixels that share a sample of colour.</summary>
    private static double Difference(byte[] jpeg, int width, int height, bool isPlanar)
    {
        using var raster = Decode(jpeg, width, height);
        raster.IsPlanar.ShouldBe(isPlanar);
        using var pixels = VipsDecoder.Decode(jpeg, ImageType.Jpeg, width, height, CancellationToken.None);
        (raster.Width, raster.Height).ShouldBe((width, height));
        var ours = raster.Pixels.Pixels;
        var theirs = pixels.Pixels;
        ours.Length.ShouldBe(theirs.Length);
        double sum = 0;
        for (var y = 0; y + 1 < height; y += 2)
        {
            for (var x = 0; x + 1 < width; x += 2)
            {
                for (var band = 0; band < 3; band++)
                {
                    var at = (((y * width) + x) * 3) + band;
                    sum += Math.Abs(Block(ours, at, width) - Block(theirs, at, width));
                }
            }
        }

        return sum / (width / 2 * (height / 2) * 3);
    }

    private static double Block(ReadOnlySpan<byte> pixels, int at, int width) =>
        (pixels[at] + pixels[at + 3] + pixels[at + (width * 3)] + pixels[at + (width * 3) + 3]) / 4.0;
}
