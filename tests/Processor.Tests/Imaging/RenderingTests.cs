using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

public sealed partial class RenderingTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Fact]
    public async Task A_phone_photo_gives_each_width_as_jpeg_and_webp_smallest_first()
    {
        var path = _bench.Photos.Photo("phone.jpg", 4032, 3024);
        Photos.Tag(path, "-Orientation#=6");

        var rendering = await _bench.Render(path);

        rendering.Variants.Select(variant => $"{variant.Name} {variant.Format} {variant.Width}x{variant.Height}").ShouldBe(
        [
            "w320 jpeg 320x427", "w320 webp 320x427", "w640 jpeg 640x853", "w640 webp 640x853",
            "w1280 jpeg 1280x1707", "w1280 webp 1280x1707", "w2048 jpeg 2048x2731", "w2048 webp 2048x2731",
        ]);
        foreach (var variant in rendering.Variants)
        {
            var bytes = await File.ReadAllBytesAsync(variant.Path);
            Path.GetFileName(variant.Path).ShouldBe($"{variant.Name}.{(variant.Format == "jpeg" ? "jpg" : "webp")}");
            variant.Bytes.ShouldBe(bytes.Length);
            variant.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));

            var facts = (await _bench.Inspect(variant.Path)).Value;
            facts.ShouldBe(new ImageFacts($"image/{variant.Format}", variant.Width, variant.Height, 1));
        }
    }

    [Fact]
    public async Task The_same_file_gives_the_same_bytes_each_time()
    {
        var path = _bench.Photos.Photo("photo.jpg", 900, 700);

        var (first, second) = (await _bench.Render(path), await _bench.Render(path));

        second.Variants.Select(variant => variant.Sha256).ShouldBe(first.Variants.Select(variant => variant.Sha256));
        second.Placeholder.ShouldBe(first.Placeholder);
    }

    [Fact]
    public async Task Jpegs_are_progressive_and_optimised()
    {
        var (jpeg, _) = await _bench.RenderOne(_bench.Photos.Photo("photo.jpg", 900, 700), 640);

        var bytes = await File.ReadAllBytesAsync(jpeg);
        bytes.AsSpan().IndexOf((byte[])[0xFF, 0xC2]).ShouldBePositive();
        bytes.AsSpan().IndexOf((byte[])[0xFF, 0xC0]).ShouldBe(-1);

        // The start of the standard's own table for brightness, which an encoder writes without optimisation.
        bytes.AsSpan().IndexOf((byte[])[0x00, 0x01, 0x05, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01]).ShouldBe(-1);
    }

    [Theory]
    [InlineData("jpg")]
    [InlineData("png")]
    [InlineData("webp")]
    [InlineData("gif")]
    public async Task A_single_pixel_is_an_image(string extension)
    {
        var rendering = await _bench.Render(_bench.Photos.Make($"dot.{extension}", "-size", "1x1", "xc:red"));

        rendering.Variants.Select(variant => $"{variant.Name} {variant.Width}x{variant.Height}").ShouldBe(["w320 1x1", "w320 1x1"]);
    }

    [Fact]
    public async Task An_image_taller_than_webp_allows_is_made_smaller()
    {
        var rendering = await _bench.Render(_bench.Photos.Write("tower.png", Crafted.Png(100, 25_000, whole: true)));

        rendering.Variants.Select(variant => $"{variant.Width}x{variant.Height}").Distinct().ShouldBe(["65x16250"]);
    }

    [Fact]
    public async Task The_quality_and_effort_of_the_profile_reach_the_encoders()
    {
        var path = _bench.Photos.Photo("photo.png", 600, 400);

        var fine = await _bench.Render(path, new Profile { Widths = [400] });
        var rough = await _bench.Render(path, new Profile { Widths = [400], JpegQuality = 30, WebpQuality = 30 });
        var quick = await _bench.Render(path, new Profile { Widths = [400], WebpEffort = 0 });

        rough.Variants[0].Bytes.ShouldBeLessThan(fine.Variants[0].Bytes);
        rough.Variants[1].Bytes.ShouldBeLessThan(fine.Variants[1].Bytes);
        quick.Variants[1].Sha256.ShouldNotBe(fine.Variants[1].Sha256);
    }

    [Theory]
    [InlineData(1600, 1200)]
    [InlineData(3, 2000)]
    [InlineData(1, 1)]
    public async Task The_placeholder_is_small_and_of_the_images_colour(int width, int height)
    {
        var path = _bench.Photos.Make("sea.png", "-size", $"{width}x{height}", "xc:rgb(20,90,160)", "+noise", "Uniform", "-alpha", "set");

        var placeholder = (await _bench.Render(path)).Placeholder;

        placeholder.DataUrl.ShouldStartWith("data:image/webp;base64,");
        placeholder.DataUrl.Length.ShouldBeLessThan(400);
        Convert.FromBase64String(placeholder.ThumbHash).Length.ShouldBeInRange(5, 35);
        placeholder.Color.ShouldMatch("^#[0-9a-f]{6}$");
        var tiny = _bench.Photos.Write("tiny.webp", Convert.FromBase64String(placeholder.DataUrl.Split(',')[1]));
        (await _bench.Inspect(tiny)).Rejection.ShouldBeNull();
    }

    [Fact]
    public async Task An_image_that_takes_too_long_is_refused()
    {
        var path = _bench.Photos.Photo("photo.jpg", 900, 700);
        using var slow = new Workbench { Engine = Workbench.NewEngine(time: new ClockAtTheDeadline()) };

        (await slow.TryRender(path)).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.DecodeTimeout);
    }

    [Fact]
    public async Task Work_that_nobody_waits_for_any_more_stops()
    {
        var path = _bench.Photos.Photo("photo.jpg", 900, 700);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => _bench.TryRender(path, cancellationToken: cancelled.Token));
    }

    [Fact]
    public void The_version_names_every_library_that_says_its_own() =>
        VersionShape().IsMatch(_bench.Engine.Version).ShouldBeTrue(_bench.Engine.Version);

    public void Dispose() => _bench.Dispose();

    [GeneratedRegex(
        @"^pipeline-\d+ libvips-8\.\d+\.\d+ libwebp-1\.\d+\.\d+$",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionShape();

    /// <summary>Every timer expires at once.</summary>
    private sealed class ClockAtTheDeadline : TimeProvider
    {
        // Synchronously: on another thread it would race with the picture.
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            callback(state);
            return base.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
