using Pipeline.Imaging;
using Pipeline.Imaging.Isolation;
using Pipeline.Imaging.Profiles;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class WatermarkTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Theory]
    [InlineData(Gravity.NorthWest, 6, 6)]
    [InlineData(Gravity.North, 45, 6)]
    [InlineData(Gravity.NorthEast, 84, 6)]
    [InlineData(Gravity.West, 6, 45)]
    [InlineData(Gravity.Centre, 45, 45)]
    [InlineData(Gravity.East, 84, 45)]
    [InlineData(Gravity.SouthWest, 6, 84)]
    [InlineData(Gravity.South, 45, 84)]
    [InlineData(Gravity.SouthEast, 84, 84)]
    public async Task A_watermark_lies_where_its_gravity_says(Gravity gravity, int x, int y)
    {
        var rendering = await Render(Picture("white"), Mark("black"), new Watermark { Gravity = gravity, Opacity = 1 });

        foreach (var variant in rendering.Variants)
        {
            Light(variant, x, y).ShouldBeLessThan(30);
            var (otherX, otherY) = (90 - x, 90 - y);
            if (gravity != Gravity.Centre)
            {
                Light(variant, otherX, otherY).ShouldBeGreaterThan(225);
            }
        }
    }

    [Fact]
    public async Task Its_opacity_mixes_it_with_the_image()
    {
        var rendering = await Render(Picture("white"), Mark("black"), new Watermark { Gravity = Gravity.Centre, Opacity = 0.25 });

        Light(rendering.Variants[0], 45, 45).ShouldBeInRange(182, 200);
    }

    [Fact]
    public async Task Its_own_alpha_counts()
    {
        var mark = _bench.Photos.Make("ring.png", "-size", "40x40", "xc:none", "-fill", "black", "-draw", "rectangle 0,0 19,39");

        var rendering = await Render(Picture("white"), mark, new Watermark { Gravity = Gravity.Centre, Opacity = 1, Scale = 0.4 });

        Light(rendering.Variants[0], 34, 45).ShouldBeLessThan(30);
        Light(rendering.Variants[0], 56, 45).ShouldBeGreaterThan(225);
    }

    [Fact]
    public async Task On_a_transparent_image_it_is_seen()
    {
        var rendering = await Render(Picture("none"), Mark("black"), new Watermark { Gravity = Gravity.Centre, Opacity = 1 });

        var webp = Photos.Pixels(rendering.Variants.Single(variant => variant.Format == "webp").Path, "rgba");
        webp[3].ShouldBe((byte)0);
        webp[(((50 * 100) + 50) * 4) + 3].ShouldBeGreaterThan((byte)250);
    }

    [Fact]
    public async Task It_lies_once_on_each_size()
    {
        var rendering = await Render(Picture("white"), Mark("black"), new Watermark { Gravity = Gravity.SouthEast, Opacity = 0.5 }, [50, 100]);

        // It would be darker if it were applied twice, on a size derived from a watermarked one.
        Light(rendering.Variants[0], 42, 42, 4).ShouldBeInRange(112, 144);
        Light(rendering.Variants[^1], 84, 84).ShouldBeInRange(112, 144);
    }

    [Fact]
    public async Task A_watermark_that_is_no_picture_is_our_fault()
    {
        var words = _bench.Photos.Write("words.png", "not a picture"u8);

        await Should.ThrowAsync<DecoderException>(() => Render(Picture("white"), words, new Watermark()));
    }

    public void Dispose() => _bench.Dispose();

    private string Picture(string colour) => _bench.Photos.Make("picture.png", "-size", "100x100", $"xc:{colour}", "-alpha", "set");

    private string Mark(string colour) => _bench.Photos.Make("mark.png", "-size", "60x60", $"xc:{colour}");

    private async Task<Rendering> Render(string path, string mark, Watermark watermark, int[]? widths = null)
    {
        var profile = new Profile { Widths = widths ?? [100], Watermark = watermark with { Key = "mark.png" } };
        var judged = await _bench.TryRender(path, profile, watermark: mark);
        judged.Rejection.ShouldBeNull();
        return judged.Value;
    }

    private static double Light(RenderedVariant variant, int x, int y, int side = 8) => Photos.MeanColour(variant.Path, x, y, side).Average();
}
