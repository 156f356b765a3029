using Pipeline.Contracts;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class DamageTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Theory]
    [InlineData("jpg")]
    [InlineData("png")]
    [InlineData("webp")]
    [InlineData("gif")]
    public async Task An_image_that_is_cut_short_is_corrupt(string extension)
    {
        var whole = await File.ReadAllBytesAsync(_bench.Photos.Photo($"whole.{extension}", 400, 300));
        var path = _bench.Photos.Write($"cut.{extension}", whole.AsSpan(0, whole.Length / 2));

        var inspected = await _bench.Inspect(path);
        var rejection = inspected.Rejection ?? (await _bench.TryRender(path)).Rejection;

        rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.Corrupt);
        rejection.Reason.ShouldNotContain("Vips", Case.Insensitive);
    }

    [Theory]
    [InlineData("jpg")]
    [InlineData("png")]
    public async Task An_image_with_damaged_pixels_is_corrupt(string extension)
    {
        var bytes = await File.ReadAllBytesAsync(_bench.Photos.Photo($"whole.{extension}", 400, 300));
        bytes.AsSpan(bytes.Length / 2, 40).Fill(0xFF);

        var judged = await _bench.TryRender(_bench.Photos.Write($"flipped.{extension}", bytes));

        judged.Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.Corrupt);
    }

    // An editor writes such photos: a few bytes between two segments of the header, with all pixels intact.
    [Fact]
    public async Task Stray_bytes_in_a_jpeg_header_harm_no_good_photo()
    {
        var whole = await File.ReadAllBytesAsync(_bench.Photos.Photo("whole.jpg", 400, 300));
        byte[] stray = [.. whole[..20], .. "hello"u8, .. whole[20..]];

        var rendering = await _bench.Render(_bench.Photos.Write("stray.jpg", stray));
        var cut = await _bench.TryRender(_bench.Photos.Write("cut.jpg", stray.AsSpan(0, stray.Length / 2)));

        rendering.Variants[^1].Width.ShouldBe(400);
        cut.Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.Corrupt);
    }

    [Fact]
    public async Task Broken_metadata_harms_no_good_photo()
    {
        var path = _bench.Photos.Photo("photo.jpg", 400, 300);
        Photos.Tag(path, "-Artist=Somebody", "-GPSLatitude=48");
        var bytes = await File.ReadAllBytesAsync(path);
        bytes.AsSpan(bytes.AsSpan().IndexOf("Exif"u8) + 14, 60).Fill(0xEE);

        (await _bench.Render(_bench.Photos.Write("broken.jpg", bytes))).Variants[^1].Width.ShouldBe(400);
    }

    [Fact]
    public async Task A_broken_colour_profile_harms_no_good_photo()
    {
        var path = _bench.Photos.Make("grey.jpg", "-size", "64x64", "xc:rgb(120,130,140)", "-quality", "95");
        Photos.Tag(path, $"-icc_profile<={_bench.Photos.Write("junk.icc", [.. IccProfile.DisplayP3().AsSpan(0, 140), .. new byte[300]])}");

        var (jpeg, _) = await _bench.RenderOne(path, 320);

        Photos.MeanColour(jpeg, 20, 20, 8)[0].ShouldBe(120, 3);
    }

    public void Dispose() => _bench.Dispose();
}
