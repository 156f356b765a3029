using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.Imaging.Vips;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>AVIFs whose colours depend on more than their pixels and colour codes.</summary>
public sealed class HeifAlphaTests : IDisposable
{
    private readonly Workbench _bench = new() { Engine = Workbench.NewEngine(new ImageLimits { Inputs = ["png", "avif"] }) };

    [Fact]
    public async Task Colours_that_are_multiplied_by_alpha_are_divided()
    {
        var straight = Avif(100, 50, 40, 128);

        (await Pixel(straight)).ShouldBe([100.0, 50, 40, 128], 6);
        (await Pixel(Crafted.Premultiplied(straight))).ShouldBe([199.0, 100, 80, 128], 6);
    }

    [Fact]
    public async Task Grey_pixels_follow_their_grey_profile_and_others_do_not()
    {
        var profiled = Crafted.WithProfile(Crafted.WithoutColours(Avif(128, 128, 128)), IccProfile.LinearGrey());

        // Half of the light.
        (await Pixel(Crafted.AsGrey(profiled)))[0].ShouldBe(188, 4);
        (await Pixel(profiled))[0].ShouldBe(128, 4);
    }

    public void Dispose() => _bench.Dispose();

    private static byte[] Avif(params byte[] colour)
    {
        VipsHeif.Start();
        using var bitmap = SomeAnimation.Filled(64, 64, colour);
        using var image = VipsImage.Over(bitmap);
        using var avif = new VipsOperation("heifsave_buffer", "compression=av1,bitdepth=8,subsample_mode=off,effort=0,lossless=true,strip=true").With("in", image).RunToBytes();
        return avif.Bytes.ToArray();
    }

    private async Task<double[]> Pixel(byte[] avif)
    {
        var (_, webp) = await _bench.RenderOne(_bench.Photos.Write("file.avif", avif), 64, new Profile { WebpQuality = 100 });
        var pixels = Photos.Pixels(webp, "rgba");
        return [.. pixels.AsSpan(((32 * 64) + 32) * 4, 4).ToArray().Select(value => (double)value)];
    }
}
