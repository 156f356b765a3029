using Pipeline.Contracts;
using Pipeline.Imaging.Profiles;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>The variants of animations.</summary>
public sealed class FilmTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Theory]
    [InlineData("gif")]
    [InlineData("webp")]
    public async Task An_animation_moves_in_webp_and_stands_still_in_jpeg(string extension)
    {
        var rendering = await _bench.Render(Film(extension), new Profile { Widths = [50, 100] });

        rendering.Variants.Select(v => $"{v.Name} {v.Format} {v.Width}x{v.Height} {(v.Animated ? "moves" : "stands")}").ShouldBe(
            ["w50 jpeg 50x40 stands", "w50 webp 50x40 moves", "w100 jpeg 100x80 stands", "w100 webp 100x80 moves"]);
        foreach (var variant in rendering.Variants.Where(v => v.Animated))
        {
            var film = SomeAnimation.Read(variant.Path);
            film.LoopCount.ShouldBe(0);
            film.Frames.Select(frame => frame.DelayMs).ShouldBe([200, 200, 200]);
            film.Frames.Select(frame => Colour(frame, 0.5)).ShouldBe(["red", "green", "blue"]);
        }

        Photos.MeanColour(rendering.Variants[0].Path, 20, 16, 8)[0].ShouldBeGreaterThan(240);
    }

    [Fact]
    public async Task A_long_one_is_as_high_as_the_profile_wants_it()
    {
        var path = _bench.Photos.Make("long.gif", "-delay", "20", "-size", "500x40", "xc:red", "xc:blue");

        var rendering = await _bench.Render(path, new Profile { Widths = [50, 200, 400], MinShortSide = 20 });

        rendering.Variants.Select(v => $"{v.Name} {v.Format} {v.Width}x{v.Height} {(v.Animated ? "moves" : "stands")}").ShouldBe(
            ["w50 jpeg 250x20 stands", "w50 webp 250x20 moves", "w400 jpeg 400x32 stands", "w400 webp 400x32 moves"]);
        Photos.Identify(rendering.Variants[1].Path).ShouldBe("250 20");
    }

    [Fact]
    public async Task A_profile_can_have_it_stand_still()
    {
        var rendering = await _bench.Render(Film("gif"), new Profile { Widths = [50], Animate = false });

        rendering.Variants.ShouldAllBe(variant => !variant.Animated);
        (await _bench.Inspect(rendering.Variants[^1].Path)).Value.Frames.ShouldBe(1);
    }

    [Fact]
    public async Task All_frames_of_a_crop_show_the_same_part()
    {
        var path = _bench.Photos.Make("pan.gif", "-delay", "20", "-loop", "0",
            "(", "-size", "200x80", "xc:black", "-fill", "red", "-draw", "rectangle 0,0 70,80", ")",
            "(", "-size", "200x80", "xc:black", "-fill", "lime", "-draw", "rectangle 0,0 70,80", ")",
            "(", "-size", "200x80", "xc:black", "-fill", "blue", "-draw", "rectangle 130,0 200,80", ")");
        var profile = new Profile { Widths = [], Boxes = [new(40, 40)], Fit = Fit.Cover };

        var judged = await _bench.TryRender(path, profile, new FocalPoint { X = 0.1, Y = 0.5 });

        var film = SomeAnimation.Read(judged.Value.Variants[^1].Path);
        film.Frames.Select(frame => Colour(frame, 0.3)).ShouldBe(["red", "green", "black"]);
    }

    [Fact]
    public async Task A_watermark_lies_on_every_frame()
    {
        var mark = _bench.Photos.Make("mark.png", "-size", "50x50", "xc:white");
        var profile = new Profile
        {
            Widths = [100],
            Watermark = new Watermark { Key = "mark.png", Opacity = 1, Scale = 0.5, Gravity = Gravity.Centre },
        };

        var judged = await _bench.TryRender(Film("gif"), profile, watermark: mark);

        var film = SomeAnimation.Read(judged.Value.Variants[^1].Path);
        film.Frames.Select(frame => Colour(frame, 0.5)).ShouldAllBe(colour => colour == "white");
        film.Frames.Select(frame => Colour(frame, 0.05)).ShouldBe(["red", "green", "blue"]);
    }

    [Fact]
    public async Task A_transparent_animation_stays_transparent()
    {
        var path = _bench.Photos.Make("ghost.gif", "-delay", "20", "-loop", "0", "-dispose", "previous", "-size", "100x80", "xc:none",
            "(", "xc:none", "-fill", "red", "-draw", "rectangle 0,0 40,79", ")", "(", "xc:none", "-fill", "blue", "-draw", "rectangle 60,0 99,79", ")");

        var film = SomeAnimation.Read((await _bench.Render(path, new Profile { Widths = [50] })).Variants[^1].Path);

        film.Frames.Count.ShouldBe(3);
        film.Frames[1].Bands.ShouldBe(4);
        film.Frames[1].Pixels[^1].ShouldBe((byte)0);
        film.Frames[2].Pixels[^1].ShouldBe((byte)255);
    }

    [Theory]
    [InlineData("gif")]
    [InlineData("webp")]
    public async Task An_animation_that_is_cut_short_is_corrupt(string extension)
    {
        var noise = _bench.Photos.Make($"noise.{extension}", "-delay", "20", "-loop", "0", "-size", "90x60",
            "-seed", "1", "plasma:", "-seed", "2", "plasma:", "-seed", "3", "plasma:", "-seed", "4", "plasma:");
        (await _bench.Inspect(noise)).Value.Frames.ShouldBe(4);
        var bytes = await File.ReadAllBytesAsync(noise);
        var cut = _bench.Photos.Write($"cut.{extension}", bytes.AsSpan(0, bytes.Length * 7 / 10));

        var inspected = await _bench.Inspect(cut);
        var rejection = inspected.Rejection ?? (await _bench.TryRender(cut, new Profile { Widths = [50] })).Rejection;

        rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.Corrupt);
    }

    public void Dispose() => _bench.Dispose();

    private string Film(string extension) => _bench.Photos.Make(
        $"film.{extension}", "-delay", "20", "-loop", "0", "-size", "200x160", "xc:red", "xc:lime", "xc:blue");

    /// <summary>The pixel at a point of the middle row.</summary>
    private static string Colour(SomeFrame frame, double x)
    {
        var at = ((frame.Height / 2 * frame.Width) + (int)(x * frame.Width)) * frame.Bands;
        return (frame.Pixels[at] > 128, frame.Pixels[at + 1] > 128, frame.Pixels[at + 2] > 128) switch
        {
            (true, false, false) => "red",
            (false, true, false) => "green",
            (false, false, true) => "blue",
            (true, true, true) => "white",
            (false, false, false) => "black",
            _ => "another",
        };
    }
}
