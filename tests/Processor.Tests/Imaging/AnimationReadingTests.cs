using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Animation;
using Pipeline.Imaging.Headers;
using Pipeline.Imaging.Vips;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class AnimationReadingTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Fact]
    public void The_frames_of_a_gif_come_in_order_with_their_times()
    {
        var animation = Read(_bench.Photos.Make("moving.gif",
            "-size", "20x10", "-delay", "5", "xc:red", "-delay", "250", "xc:lime", "-delay", "7", "xc:blue", "-loop", "0"));

        animation.LoopCount.ShouldBe(0);
        animation.Frames.Select(frame => frame.DelayMs).ShouldBe([50, 2500, 70]);
        animation.Frames.Select(frame => frame.At(3, 3)).ShouldBe(["ff0000", "00ff00", "0000ff"]);
    }

    [Fact]
    public void The_frames_of_a_webp_come_in_order_with_their_times()
    {
        var animation = Read(_bench.Photos.Write("moving.webp", SomeAnimation.Webp(3,
            [(new Rgb(250, 0, 0), 40), (new Rgb(0, 250, 0), 1500), (new Rgb(0, 0, 250), 70)])));

        animation.LoopCount.ShouldBe(3);
        animation.Frames.Select(frame => frame.DelayMs).ShouldBe([40, 1500, 70]);
        animation.Frames.Select(frame => frame.Reddest()).ShouldBe([0, 1, 2]);
    }

    // Every browser does this, and files with a delay of 0 rely on it.
    [Fact]
    public void What_claims_to_be_faster_than_browsers_show_it_takes_a_tenth_of_a_second()
    {
        var gif = Read(_bench.Photos.Make("fast.gif", "-size", "9x9", "-delay", "0", "xc:red", "-delay", "1", "xc:lime", "-delay", "2", "xc:blue"));
        var webp = Read(_bench.Photos.Write("fast.webp", SomeAnimation.Webp(0, [(new Rgb(250, 0, 0), 10), (new Rgb(0, 250, 0), 11)])));

        gif.Frames.Select(frame => frame.DelayMs).ShouldBe([100, 100, 20]);
        webp.Frames.Select(frame => frame.DelayMs).ShouldBe([100, 11]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    public void A_gif_that_is_to_be_shown_some_times_says_so(int wanted, int loops) =>
        Read(_bench.Photos.Make("some.gif", "-size", "9x9", "xc:red", "xc:lime", "-loop", $"{wanted}")).LoopCount.ShouldBe(loops);

    [Fact]
    public void A_gif_that_says_nothing_of_loops_is_shown_once() =>
        Read(_bench.Photos.Write("once.gif", Crafted.Gif(3, 3, frames: 2))).LoopCount.ShouldBe(1);

    [Fact]
    public void Frames_are_whole_pictures_whatever_part_the_file_stores()
    {
        // The second frame stores a corner and keeps the rest; the third removes the second.
        var path = _bench.Photos.Make("parts.gif", "-size", "40x40", "xc:red",
            "-dispose", "previous", "(", "-size", "10x10", "xc:lime", "-repage", "40x40+0+0", ")",
            "-dispose", "none", "(", "-size", "10x10", "xc:blue", "-repage", "40x40+30+30", ")");

        var frames = Read(path).Frames;

        frames.Select(frame => (frame.Width, frame.Height)).Distinct().ShouldBe([(40, 40)]);
        frames.Select(frame => frame.At(2, 2)).ShouldBe(["ff0000", "00ff00", "ff0000"]);
        frames.Select(frame => frame.At(35, 35)).ShouldBe(["ff0000", "ff0000", "0000ff"]);
    }

    [Fact]
    public void What_a_frame_leaves_transparent_is_transparent()
    {
        var gif = Read(_bench.Photos.Make("clear.gif", "-dispose", "background", "-size", "40x40", "xc:none", "-fill", "red",
            "-draw", "rectangle 0,0 9,9", "(", "-size", "40x40", "xc:none", "-fill", "lime", "-draw", "rectangle 20,20 39,39", ")"));

        gif.Frames.Select(frame => frame.At(2, 2)).ShouldBe(["ff0000ff", "00000000"]);
        gif.Frames.Select(frame => frame.At(30, 30)).ShouldBe(["00000000", "00ff00ff"]);
    }

    [Theory]
    [InlineData("gif")]
    [InlineData("webp")]
    public void A_still_image_is_an_animation_of_one_frame(string extension) =>
        Read(_bench.Photos.Photo($"still.{extension}", 31, 17)).Frames.ShouldHaveSingleItem().Width.ShouldBe(31);

    [Fact]
    public void An_animation_that_lies_on_its_side_is_turned()
    {
        var path = _bench.Photos.Write("side.webp", SomeAnimation.Webp(0, [(new Rgb(250, 0, 0), 40), (new Rgb(0, 250, 0), 40)], 40, 20));
        TestKit.Photos.Tag(path, "-Orientation#=6");

        Read(path).Frames.Select(frame => (frame.Width, frame.Height)).ShouldBe([(20, 40), (20, 40)]);
    }

    [Fact]
    public async Task A_gif_that_is_cut_anywhere_is_corrupt()
    {
        var whole = await File.ReadAllBytesAsync(_bench.Photos.Make("whole.gif", "-size", "60x40", "-seed", "1", "plasma:", "-seed", "2", "plasma:"));

        GifHeader.IsCutShort(whole).ShouldBeFalse();
        foreach (var length in Enumerable.Range(1, 40).Select(part => whole.Length * part / 41))
        {
            var judged = await _bench.Inspect(_bench.Photos.Write("cut.gif", whole.AsSpan(0, length)));
            judged.Rejection.ShouldNotBeNull($"{length} of {whole.Length}").Code.ShouldBeOneOf(RejectionCode.Corrupt, RejectionCode.UnsupportedType);
        }
    }

    [Fact]
    public void A_gif_without_the_mark_at_its_end_has_all_its_frames() =>
        GifHeader.IsCutShort(Crafted.Gif(3, 3, frames: 3).AsSpan()[..^1]).ShouldBeFalse();

    [Fact]
    public void A_webp_that_is_cut_anywhere_is_refused()
    {
        var whole = SomeAnimation.Webp(0, [(new Rgb(250, 0, 0), 40), (new Rgb(0, 250, 0), 40), (new Rgb(0, 0, 250), 40)]);
        foreach (var length in Enumerable.Range(12, whole.Length - 12))
        {
            var path = _bench.Photos.Write("cut.webp", whole.AsSpan(0, length));
            Should.Throw<VipsException>(() => Read(path), $"{length} of {whole.Length}");
        }
    }

    [Theory]
    [InlineData("gif")]
    [InlineData("webp")]
    public void Damage_in_a_later_frame_is_noticed(string extension)
    {
        var noise = new Bitmap[] { SomeAnimation.Noise(64, 48, 1), SomeAnimation.Noise(64, 48, 2), SomeAnimation.Noise(64, 48, 3) };
        var path = extension == "webp"
            ? _bench.Photos.Write("later.webp", SomeAnimation.Webp(0, noise))
            : _bench.Photos.Make("later.gif", "-size", "64x48", "-seed", "1", "plasma:", "-seed", "2", "plasma:", "-seed", "3", "plasma:");
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(extension == "webp" ? bytes.AsSpan().LastIndexOf("VP8 "u8) + 30 : bytes.Length * 9 / 10).Fill(0xFF);

        Should.Throw<VipsException>(() => Read(_bench.Photos.Write($"damaged.{extension}", bytes)));
    }

    [Theory]
    [InlineData("gif")]
    [InlineData("webp")]
    public void Reading_stops_between_frames(string extension)
    {
        var path = extension == "webp"
            ? _bench.Photos.Write("stop.webp", SomeAnimation.Webp(0, [(new Rgb(250, 0, 0), 40), (new Rgb(0, 250, 0), 40)]))
            : _bench.Photos.Make("stop.gif", "-size", "9x9", "xc:red", "xc:lime");
        using var stop = new CancellationTokenSource();
        using var file = new SourceFile(path);
        var type = ImageTypes.Sniff(file.Bytes)!.Value;
        using var header = type == ImageType.Webp ? VipsSource.Open(file.Bytes, type) : null;
        using var animation = Animations.Open(header, file.Bytes, type);
        var read = 0;

        Should.Throw<OperationCanceledException>(() => animation.ReadFrames((_, _, _) =>
        {
            read++;
            stop.Cancel();
        }, every: 1, stop.Token));

        read.ShouldBe(1);
    }

    public void Dispose()
    {
        VipsRuntime.EndThread();
        _bench.Dispose();
    }

    private static SomeAnimation Read(string path) => SomeAnimation.Read(path);
}
