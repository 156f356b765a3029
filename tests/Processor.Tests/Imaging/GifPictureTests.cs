using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Headers;
using Pipeline.Imaging.Profiles;
using Pipeline.TestKit;
using Pipeline.TestKit.Images;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>GIFs have the same size and transparency as in browsers.</summary>
public sealed class GifPictureTests : IDisposable
{
    private const string Clear = "00000000";

    private readonly Workbench _bench = new();

    [Theory]
    [InlineData(640, 480)]
    [InlineData(800, 600)]
    [InlineData(801, 600)]
    [InlineData(1024, 768)]
    [InlineData(1280, 1024)]
    [InlineData(2100, 1000)]
    [InlineData(3000, 3000)]
    public async Task The_picture_is_as_large_as_the_screen_and_transparent_where_no_frame_is(int width, int height)
    {
        var path = Write(GifBuilder.Parts(width, height, new GifPart(100, 50, 300, 200, 0)));

        var rendering = await _bench.Render(path, new Profile { Widths = [4096] });

        (await _bench.Inspect(path)).Value.ShouldBe(new ImageFacts("image/gif", width, height, 1));
        var webp = rendering.Variants.Single(variant => variant.Format == "webp");
        (webp.Width, webp.Height).ShouldBe((width, height));
        var pixels = Photos.Pixels(webp.Path, "rgba");
        pixels[3].ShouldBe((byte)0);
        pixels[^1].ShouldBe((byte)0);
        pixels[((((60 * width) + 110) * 4) + 3)].ShouldBe((byte)255);
        ((double)pixels[((60 * width) + 110) * 4]).ShouldBe(255, 6);
    }

    [Fact]
    public void What_no_frame_covers_is_transparent_whatever_the_file_says_of_a_background()
    {
        var frames = Read(GifBuilder.Parts(40, 40, new(0, 0, 10, 10, 0, Transparent: 3), new(20, 20, 10, 10, 1)));

        frames.Select(frame => frame.At(2, 2)).ShouldBe(["ff0000ff", "ff0000ff"]);
        frames.Select(frame => frame.At(25, 25)).ShouldBe([Clear, "00ff00ff"]);
        frames.Select(frame => frame.At(35, 35)).ShouldBe([Clear, Clear]);
    }

    [Theory]
    [InlineData(0, "00ff00")]
    [InlineData(1, "00ff00")]
    [InlineData(2, Clear)]
    [InlineData(3, "ff0000")]
    [InlineData(4, "ff0000")]
    [InlineData(5, "00ff00")]
    [InlineData(6, "00ff00")]
    [InlineData(7, "00ff00")]
    public void A_frame_leaves_behind_what_it_asks_for(int disposal, string behind)
    {
        var frames = Read(GifBuilder.Parts(40, 40, new(0, 0, 40, 40, 0), new(5, 5, 10, 10, 1, disposal), new(30, 30, 5, 5, 2)));

        frames[1].At(7, 7).ShouldBe("00ff00");
        frames[2].At(7, 7)[..behind.Length].ShouldBe(behind);
        frames[2].At(2, 2)[..6].ShouldBe("ff0000");
        frames[2].At(32, 32)[..6].ShouldBe("0000ff");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_first_frame_that_is_to_be_taken_back_leaves_nothing(int disposal)
    {
        var frames = Read(GifBuilder.Parts(40, 40, new(0, 0, 40, 40, 0, disposal), new(5, 5, 10, 10, 1)));

        frames.Select(frame => frame.At(30, 30)).ShouldBe(["ff0000", Clear]);
    }

    [Fact]
    public void The_first_frame_makes_the_picture_larger_and_later_ones_are_cropped()
    {
        var frames = Read(GifBuilder.Parts(20, 20, new GifPart(5, 5, 30, 20, 0), new GifPart(30, 20, 50, 60, 1), new GifPart(90, 90, 9, 9, 2)));

        frames.Select(frame => (frame.Width, frame.Height)).Distinct().ShouldBe([(35, 25)]);
        frames.Select(frame => frame.At(34, 24)).ShouldBe(["ff0000ff", "00ff00ff", "00ff00ff"]);
    }

    [Fact]
    public void A_frame_that_ends_early_leaves_the_rest_as_it_was()
    {
        var frames = Read(GifBuilder.Parts(10, 10, new GifPart(0, 0, 10, 10, 0, Stored: 55)));

        frames[0].At(4, 5).ShouldBe("ff0000ff");
        frames[0].At(5, 5).ShouldBe(Clear);
    }

    [Theory]
    [InlineData("none", "2")]
    [InlineData("GIF", "3")]
    [InlineData("none", "17")]
    [InlineData("GIF", "200")]
    public void Frames_are_those_that_another_decoder_sees(string interlace, string colours)
    {
        var path = _bench.Photos.Make("many.gif", "-size", "123x67", "-seed", "1", "plasma:", "-seed", "2", "plasma:", "-seed", "3", "plasma:",
            "-colors", colours, "-layers", "optimize", "-interlace", interlace);

        var frames = SomeAnimation.Read(path).Frames;

        frames.Count.ShouldBe(3);
        for (var i = 0; i < frames.Count; i++)
        {
            var other = Photos.Pixels(_bench.Photos.Make($"other-{i}.png", path, "-coalesce", "-delete", i == 0 ? "1,2" : i == 1 ? "0,2" : "0,1"), "rgb");
            foreach (var (x, y) in ((int, int)[])[(0, 0), (122, 66), (61, 33), (7, 50), (100, 9)])
            {
                frames[i].At(x, y)[..6].ShouldBe(Convert.ToHexStringLower(other.AsSpan(((y * 123) + x) * 3, 3)));
            }
        }
    }

    // The encoder omits transparent borders, and declared the rest as an image without alpha.
    [Theory]
    [InlineData(0, 100, true)]
    [InlineData(2, 100, true)]
    [InlineData(0, 20, true)]
    [InlineData(2, 20, true)]
    [InlineData(0, 100, false)]
    public async Task An_animation_says_that_it_has_alpha_where_any_frame_has(int disposal, int width, bool isTrimmed)
    {
        var path = Write(GifBuilder.Parts(100, 80, new(0, 0, width, isTrimmed ? 60 : 80, 0, disposal), new(5, 5, 10, 10, 1)));

        var (_, webp) = await _bench.RenderOne(path, 100);

        const int Flags = 20;
        const byte HasAlpha = 0x10;
        ((await File.ReadAllBytesAsync(webp))[Flags] & HasAlpha).ShouldBe(isTrimmed ? HasAlpha : 0);
        if (isTrimmed) SomeAnimation.Read(webp).Frames[0].At(99, 79)[6..].ShouldBe("00");
    }

    [Fact]
    public async Task Pixels_outside_of_the_picture_count()
    {
        var gif = GifBuilder.Parts(10, 10, new(0, 0, 10, 10, 0), new GifPart(0, 0, 60_000, 60_000, 1, Stored: 100));

        var judged = await _bench.Inspect(Write(gif));

        judged.Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.TooManyPixels);
    }

    [Fact]
    public async Task A_gif_without_a_frame_is_corrupt() =>
        (await _bench.Inspect(Write(GifBuilder.Parts(10, 10)))).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.Corrupt);

    [Fact]
    public void Bytes_that_are_no_pixels_end_as_damage_or_as_a_picture()
    {
        var whole = File.ReadAllBytes(_bench.Photos.Make("whole.gif", "-size", "30x20", "-seed", "1", "plasma:", "-seed", "2", "plasma:", "-colors", "32"));
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var gif = whole.ToArray();
            for (var changes = 1 + random.Next(4); changes > 0; changes--) gif[6 + random.Next(gif.Length - 6)] = (byte)random.Next(256);
            if (GifHeader.IsCutShort(gif) || GifHeader.Read(gif, 100) is var header && (header.Pixels > 100_000 || header.Width * header.Height > 100_000)) continue;
            try
            {
                _ = SomeAnimation.Read(Write(gif));
            }
            catch (Pipeline.Imaging.Vips.VipsException)
            {
                // A rejection is allowed.
            }
        }
    }

    public void Dispose() => _bench.Dispose();

    private IReadOnlyList<SomeFrame> Read(byte[] gif) => SomeAnimation.Read(Write(gif)).Frames;

    private string Write(byte[] gif) => _bench.Photos.Write("made.gif", gif);
}
