using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.Imaging.Vips;
using Pipeline.TestKit;
using Pipeline.TestKit.Images;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>Colour profiles for another colour space than the pixels', and pixels without a colour space.</summary>
public sealed class MisfitTests : IDisposable
{
    private readonly Workbench _bench = new() { Engine = Workbench.NewEngine(new ImageLimits { Inputs = ["jpeg", "png", "webp", "gif", "heic", "avif"] }) };

    [Theory]
    [InlineData("xc:rgb(180,100,90)", "grey")]
    [InlineData("xc:rgb(180,100,90)", "inks")]
    [InlineData("xc:gray(128)", "inks")]
    [InlineData("xc:cmyk(0,200,0,0)", "p3")]
    [InlineData("xc:cmyk(0,200,0,0)", "grey")]
    public async Task A_jpeg_with_a_profile_of_another_colour_space_looks_as_without_it(string pixels, string profile)
    {
        string[] space = pixels.Contains("cmyk") ? ["-colorspace", "CMYK"] : pixels.Contains("gray") ? ["-colorspace", "Gray"] : [];
        var bare = _bench.Photos.Make("bare.jpg", ["-size", "640x480", pixels, .. space, "-quality", "98"]);
        var path = _bench.Photos.Write("misfit.jpg", await File.ReadAllBytesAsync(bare));
        Photos.Tag(path, $"-icc_profile<={_bench.Photos.Write("misfit.icc", ProfileOf(profile))}");

        await ShouldLookLike(path, bare);
    }

    [Theory]
    [InlineData("grey", false)]
    [InlineData("inks", false)]
    [InlineData("grey", true)]
    public async Task A_webp_with_a_profile_of_another_colour_space_looks_as_without_it(string profile, bool transparent)
    {
        var bare = _bench.Photos.Make("bare.webp", "-size", "640x480", "xc:rgb(180,100,90)", "-define", "webp:lossless=false");
        const byte HasProfile = 0x20;
        var path = _bench.Photos.Write("misfit.webp", WebpBuilder.Extended(640, 480, HasProfile, await File.ReadAllBytesAsync(bare),
            WebpBuilder.Chunk("ICCP", ProfileOf(profile)), []));
        if (transparent)
        {
            path = _bench.Photos.Make("clear.webp", path, "-alpha", "set", "-channel", "A", "-evaluate", "set", "50%");
            bare = _bench.Photos.Make("clear-bare.webp", bare, "-alpha", "set", "-channel", "A", "-evaluate", "set", "50%");
        }

        await ShouldLookLike(path, bare);
    }

    [Theory]
    [InlineData("xc:rgb(180,100,90)", "grey")]
    [InlineData("xc:rgb(180,100,90)", "inks")]
    [InlineData("xc:rgba(180,100,90,0.5)", "grey")]
    [InlineData("xc:gray(128)", "inks")]
    public async Task A_png_with_a_profile_of_another_colour_space_looks_as_without_it(string pixels, string profile)
    {
        foreach (var depth in (string[])["8", "16"])
        {
            var bare = _bench.Photos.Make("bare.png", "-size", "640x480", pixels, "-define", $"png:bit-depth={depth}");
            var path = _bench.Photos.Write("misfit.png", await File.ReadAllBytesAsync(bare));
            Photos.Tag(path, $"-icc_profile<={_bench.Photos.Write("misfit.icc", ProfileOf(profile))}");

            await ShouldLookLike(path, bare);
        }
    }

    [Theory]
    [InlineData("avif", "grey")]
    [InlineData("avif", "inks")]
    [InlineData("heic", "grey")]
    [InlineData("heic", "inks")]
    public async Task An_heic_or_avif_with_a_profile_of_another_colour_space_looks_as_without_it(string brand, string profile)
    {
        var bare = Heif(brand);

        await ShouldLookLike(
            _bench.Photos.Write($"misfit.{brand}", Crafted.WithProfile(bare, ProfileOf(profile))), _bench.Photos.Write($"bare.{brand}", bare));
    }

    [Fact]
    public async Task A_lossless_webp_is_transparent_also_if_its_header_does_not_say_so()
    {
        var plain = await File.ReadAllBytesAsync(_bench.Photos.Make("plain.webp", "-size", "64x48", "xc:rgba(180,100,90,0.5)", "-define", "webp:lossless=true"));
        var silent = WebpBuilder.Extended(64, 48, 0, plain, [], []);

        var (_, webp) = await _bench.RenderOne(_bench.Photos.Write("silent.webp", silent), 64);

        ((double)Photos.Pixels(webp, "rgba")[3]).ShouldBe(128, 2);
    }

    [Theory]
    [InlineData("grey")]
    [InlineData("p3")]
    public async Task A_moving_webp_is_shown_without_its_profile(string kind)
    {
        var still = await File.ReadAllBytesAsync(_bench.Photos.Make("still.webp", "-size", "64x48", "xc:rgb(180,100,90)"));
        var moving = WebpBuilder.Animation(64, 48, [still], 3, (64, 48));
        byte[] profile = WebpBuilder.Chunk("ICCP", ProfileOf(kind));
        byte[] whole = [.. moving[..30], .. profile, .. moving[30..]];
        whole[20] |= 0x20;
        BitConverter.GetBytes(whole.Length - 8).CopyTo(whole, 4);

        var (jpeg, _) = await _bench.RenderOne(_bench.Photos.Write("moving.webp", whole), 64);

        Photos.MeanColour(jpeg, 10, 10, 16)[0].ShouldBe(180, 4);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public async Task A_jpeg_with_a_number_of_components_that_is_no_colour_is_refused(int components)
    {
        var judged = await _bench.Inspect(_bench.Photos.Write("components.jpg", JpegBuilder.WithComponents(components)));

        judged.Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.UnsupportedType);
        judged.Rejection.Reason.ShouldContain($"{components} components");
    }

    [Theory]
    [InlineData("0.5", 128)]
    [InlineData("0.25", 64)]
    [InlineData("0.9", 230)]
    [InlineData("0.004", 1)]
    public async Task Deep_transparency_survives_a_profile(string opacity, int expected)
    {
        var path = _bench.Photos.Make("wide.png", "-size", "640x480", $"xc:rgba(180,100,90,{opacity})", "-define", "png:color-type=6",
            "-define", "png:bit-depth=16");
        Photos.Tag(path, $"-icc_profile<={_bench.Photos.Write("p3.icc", IccProfile.DisplayP3())}");

        var (_, same) = await _bench.RenderOne(path, 640, new Profile { WebpQuality = 100 });
        var (_, smaller) = await _bench.RenderOne(path, 320, new Profile { WebpQuality = 100 });

        ((double)Photos.Pixels(same, "rgba")[^1]).ShouldBe(expected, 2);
        ((double)Photos.Pixels(smaller, "rgba")[^1]).ShouldBe(expected, 2);
        if (expected > 50)
        {
            ((double)Photos.Pixels(smaller, "rgba")[^4]).ShouldBe(194, 4);
        }
    }

    public void Dispose() => _bench.Dispose();

    private static byte[] ProfileOf(string name) => name switch
    {
        "grey" => IccProfile.LinearGrey(),
        "inks" => IccProfile.CmykToRgb(),
        _ => IccProfile.DisplayP3(),
    };

    private static byte[] Heif(string brand)
    {
        using var bitmap = SomeAnimation.Filled(640, 480, [180, 100, 90]);
        VipsHeif.Start();
        using var image = VipsImage.Over(bitmap);
        using var heif = new VipsOperation(
            "heifsave_buffer", $"compression={(brand == "avif" ? "av1" : "hevc")},bitdepth=8,subsample_mode=on,effort=0,Q=90,strip=true").With("in", image).RunToBytes();
        return heif.Bytes.ToArray();
    }

    private async Task ShouldLookLike(string path, string bare)
    {
        var (actual, _) = await _bench.RenderOne(path, 320);
        var (expected, _) = await _bench.RenderOne(bare, 320);
        var (a, b) = (Photos.MeanColour(actual, 100, 100, 16), Photos.MeanColour(expected, 100, 100, 16));
        for (var i = 0; i < 3; i++)
        {
            a[i].ShouldBe(b[i], 2);
        }
    }
}
