using System.Text;
using Pipeline.Imaging;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Vips;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class WebpAnimationTests : IDisposable
{
    private readonly Workbench _bench = new();

    // Read by libvips, so that our own decoder does not verify our own encoder.
    [Fact]
    public void What_was_written_is_read_back_by_another_decoder()
    {
        var webp = SomeAnimation.Webp(7, [(new Rgb(250, 0, 0), 40), (new Rgb(0, 250, 0), 1500), (new Rgb(0, 0, 250), 70)], 40, 30);

        using var file = new SourceFile(_bench.Photos.Write("read.webp", webp));
        using var frames = new VipsOperation("webpload_buffer", "n=-1,fail_on=warning").With("buffer", file.Bytes).Run();
        frames.Frames.ShouldBe(3);
        (frames.Width, frames.FrameHeight, frames.Height).ShouldBe((40, 30, 90));
        frames.Numbers("delay").ToArray().ShouldBe([40, 1500, 70]);
        frames.Number("loop").ShouldBe(7);
        using var first = frames.ReadBitmap(0, 30, CancellationToken.None);
        ((double)first.Pixels[0]).ShouldBe(250, 6);
        ((double)first.Pixels[1]).ShouldBe(0, 6);
    }

    [Fact]
    public void Frames_that_look_the_same_become_one_that_lasts_as_long()
    {
        var frames = SomeAnimation.Read(_bench.Photos.Write("same.webp",
            SomeAnimation.Webp(0, [(new Rgb(250, 0, 0), 40), (new Rgb(250, 0, 0), 60), (new Rgb(0, 0, 250), 70)]))).Frames;

        frames.Select(frame => frame.DelayMs).ShouldBe([100, 70]);
    }

    [Fact]
    public void Transparency_is_kept_and_nothing_shines_through_from_the_frame_before()
    {
        var frames = SomeAnimation.Read(_bench.Photos.Write("clear.webp", SomeAnimation.Webp(0,
            [SomeAnimation.Filled(20, 20, [250, 0, 0, 255]), SomeAnimation.Filled(20, 20, [0, 0, 250, 128]), SomeAnimation.Filled(20, 20, [0, 0, 0, 0])])))
            .Frames;

        frames.Select(frame => frame.Bands == 4 ? frame.Pixels[3] : 255).ShouldBe([255, 128, 0]);
        ((double)frames[1].Pixels[2]).ShouldBe(250, 6);
        ((double)frames[1].Pixels[0]).ShouldBe(0, 6);
    }

    [Fact]
    public void It_holds_no_metadata()
    {
        var path = _bench.Photos.Write("bare.webp", SomeAnimation.Webp(0, [SomeAnimation.Noise(50, 40, 1), SomeAnimation.Noise(50, 40, 2)]));

        foreach (var mark in new[] { "EXIF", "XMP ", "ICCP" })
        {
            File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.ASCII.GetBytes(mark)).ShouldBe(-1, mark);
        }
    }

    [Fact]
    public void Weeks_are_cut_to_what_the_format_can_say()
    {
        var frames = SomeAnimation.Read(_bench.Photos.Write("weeks.webp",
            SomeAnimation.Webp(0, [(new Rgb(250, 0, 0), int.MaxValue), (new Rgb(0, 250, 0), int.MaxValue), (new Rgb(0, 0, 250), 70)]))).Frames;

        frames.Select(frame => frame.DelayMs).ShouldBe([16_777_215, 16_777_215, 70]);
    }

    [Fact]
    public void Encoding_stops_inside_a_frame()
    {
        using var frame = SomeAnimation.Noise(1600, 1200, 1);
        using var encoder = new WebpAnimationEncoder(1600, 1200, 0, quality: 90, effort: 6);
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Should.Throw<OperationCanceledException>(() => encoder.Add(frame, 40, stop.Token));
    }

    [Fact]
    public void A_frame_of_another_size_is_a_mistake_of_ours()
    {
        using var frame = SomeAnimation.Noise(20, 20, 1);
        using var encoder = new WebpAnimationEncoder(20, 10, 0, quality: 90, effort: 0);

        Should.Throw<ArgumentException>(() => encoder.Add(frame, 40, CancellationToken.None));
    }

    public void Dispose()
    {
        VipsRuntime.EndThread();
        _bench.Dispose();
    }
}
