using System.Text;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Headers;
using Pipeline.Imaging.Vips;
using Pipeline.Processor.Tests.Imaging.MetadataStripping;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class InspectionTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Theory]
    [InlineData("jpg", "image/jpeg")]
    [InlineData("png", "image/png")]
    [InlineData("webp", "image/webp")]
    [InlineData("gif", "image/gif")]
    public async Task The_type_is_told_by_the_bytes_and_not_by_the_name(string extension, string type)
    {
        var path = _bench.Photos.Photo($"photo.{extension}", 31, 17);
        File.Move(path, _bench.Photos.Path("photo.txt"));

        (await _bench.Inspect(_bench.Photos.Path("photo.txt"))).Value.ShouldBe(new ImageFacts(type, 31, 17, 1));
    }

    [Fact]
    public async Task The_frames_of_an_animation_are_counted()
    {
        var gif = _bench.Photos.Make("moving.gif", "-size", "20x10", "xc:red", "xc:green", "xc:blue");
        var webp = _bench.Photos.Make("moving.webp", gif);

        (await _bench.Inspect(gif)).Value.ShouldBe(new ImageFacts("image/gif", 20, 10, 3));
        (await _bench.Inspect(webp)).Value.ShouldBe(new ImageFacts("image/webp", 20, 10, 3));
    }

    [Fact]
    public async Task A_file_without_bytes_is_empty() =>
        (await Refusal("nothing.jpg", [])).ShouldBe(RejectionCode.Empty);

    [Theory]
    [InlineData("just some words")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("%!PS-Adobe-3.0")]
    [InlineData("push graphic-context\nviewbox 0 0 1 1\n")]
    [InlineData("BM")]
    [InlineData("II*\0")]
    [InlineData("%PDF-1.4")]
    [InlineData("\xFF")]
    public async Task Whatever_is_no_accepted_type_is_refused_by_its_first_bytes(string content) =>
        (await Refusal("photo.jpg", System.Text.Encoding.Latin1.GetBytes(content))).ShouldBe(RejectionCode.UnsupportedType);

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0, 0, 16 })]
    [InlineData(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A })]
    [InlineData(new byte[] { 0x47, 0x49, 0x46, 0x38, 0x39, 0x61 })]
    [InlineData(new byte[] { 0x52, 0x49, 0x46, 0x46, 4, 0, 0, 0, 0x57, 0x45, 0x42, 0x50 })]
    public async Task A_file_that_ends_in_its_header_is_corrupt(byte[] content) =>
        (await Refusal("photo", content)).ShouldBe(RejectionCode.Corrupt);

    [Fact]
    public async Task A_header_that_claims_too_much_is_refused_although_no_pixel_is_there()
    {
        (await Refusal("bomb.gif", Crafted.Gif(60_000, 60_000))).ShouldBe(RejectionCode.TooManyPixels);
        (await Refusal("bomb.png", Crafted.Png(60_000, 60_000))).ShouldBe(RejectionCode.TooManyPixels);
        (await Refusal("thin.png", Crafted.Png(1, 100_000_000))).ShouldBe(RejectionCode.TooManyPixels);
        (await Refusal("area.png", Crafted.Png(20_000, 5_001))).ShouldBe(RejectionCode.TooManyPixels);
        (await _bench.Inspect(_bench.Photos.Write("just.png", Crafted.Png(20_000, 5_000)))).Rejection.ShouldBeNull();
    }

    [Fact]
    public async Task The_pixels_of_all_frames_count_together()
    {
        (await Refusal("long.gif", Crafted.Gif(1_000, 1_000, frames: 101))).ShouldBe(RejectionCode.TooManyPixels);
        (await _bench.Inspect(_bench.Photos.Write("short.gif", Crafted.Gif(1_000, 1_000, frames: 100)))).Rejection.ShouldBeNull();
    }

    [Fact]
    public async Task Fifty_thousand_frames_are_refused()
    {
        GifHeader.Read(Crafted.Gif(3, 2, frames: 50_000), limit: 60_000).ShouldBe((3, 2, 50_000, 50_000));
        GifHeader.Read(Crafted.Gif(3, 2, frames: 50_000), limit: 1_000).ShouldBe((3, 2, 1_001, 1_001));
        (await Refusal("frames.gif", Crafted.Gif(1, 1, frames: 50_000))).ShouldBe(RejectionCode.TooManyPixels);
    }

    [Fact]
    public void The_frames_of_a_gif_are_counted_within_its_bytes_wherever_it_is_cut()
    {
        var whole = Crafted.Gif(3, 3, frames: 3);
        for (var length = 0; length <= whole.Length; length++)
        {
            GifHeader.Read(whole.AsSpan(0, length), limit: 3).Frames.ShouldBeInRange(0, 3);
        }
    }

    // libpng allocates the declared length before it reads the chunk: two gigabytes here.
    [Fact]
    public async Task A_png_chunk_that_reaches_beyond_the_file_never_gets_to_the_decoder()
    {
        var png = Crafted.WithChunk(Crafted.Png(1, 1), "tEXt"u8, int.MaxValue - 100);

        PngChunks.AreComplete(png).ShouldBeFalse();
        (await Refusal("text.png", png)).ShouldBe(RejectionCode.Corrupt);
    }

    // Browsers show nothing of them either.
    [Theory]
    [InlineData("tEXt", "IHDR")]
    [InlineData("abCd", "IHDR")]
    [InlineData("tEXt", "IDAT")]
    [InlineData("abCd", "IDAT")]
    public async Task A_png_whose_chunks_are_out_of_order_is_refused(string chunk, string before)
    {
        var whole = Crafted.Png(8, 8, whole: true);
        var pixels = whole.AsSpan().IndexOf("IDAT"u8);
        byte[] data = [.. whole[(pixels + 4)..^16]];
        byte[] parted = [.. whole[..(pixels - 4)], .. CraftedPng.Chunk("IDAT", data.AsSpan(0, 5)), .. CraftedPng.Chunk("IDAT", data.AsSpan(5)), .. whole[^12..]];
        byte[] extra = CraftedPng.Chunk(chunk, "Comment\0"u8);
        var last = parted.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(before)) - 4;
        byte[] png = [.. parted[..last], .. extra, .. parted[last..]];

        (await Refusal("parted.png", parted)).ShouldBeNull();
        (await Refusal("out of order.png", png)).ShouldBe(RejectionCode.Corrupt);
        Cleaned.Try(png).ShouldBeNull();
    }

    [Fact]
    public async Task A_jpeg_of_very_many_passes_never_gets_to_the_decoder()
    {
        var whole = await File.ReadAllBytesAsync(_bench.Photos.Photo("passes.jpg", 64, 64, "-interlace", "JPEG"));
        var lastScan = whole.AsSpan(whole.AsSpan().LastIndexOf((byte[])[0xFF, 0xDA])..^2).ToArray();
        byte[] bomb = [.. whole[..^2], .. Enumerable.Repeat(lastScan, 300).SelectMany(scan => scan), .. whole[^2..]];
        byte[] film = [.. whole, .. bomb];

        (await Refusal("bomb.jpg", bomb)).ShouldBe(RejectionCode.Corrupt);
        JpegSegments.HaveMoreScansThan(200, bomb).ShouldBeTrue();
        JpegSegments.HaveMoreScansThan(200, film).ShouldBeFalse();
        (await _bench.Inspect(_bench.Photos.Write("film.jpg", film))).Rejection.ShouldBeNull();
    }

    // TEM has no length. Taken for one, the bytes behind it skipped 64 KiB: thousands of scans.
    [Fact]
    public async Task A_marker_without_a_length_hides_no_pass_of_a_jpeg()
    {
        var whole = await File.ReadAllBytesAsync(_bench.Photos.Photo("passes.jpg", 64, 64, "-interlace", "JPEG"));
        var lastScan = whole.AsSpan(whole.AsSpan().LastIndexOf((byte[])[0xFF, 0xDA])..^2).ToArray();
        byte[] bomb = [.. whole[..^2], 0xFF, 0x01, .. Enumerable.Repeat(lastScan, 300).SelectMany(scan => scan), .. whole[^2..]];

        (await Refusal("bomb.jpg", bomb)).ShouldBe(RejectionCode.Corrupt);
        JpegSegments.CountScans(bomb).ShouldBe(JpegSegments.CountScans(whole) + 300);
    }

    [Fact]
    public void The_segments_of_a_jpeg_are_walked_within_its_bytes_wherever_it_is_cut()
    {
        var whole = File.ReadAllBytes(_bench.Photos.Photo("cut.jpg", 16, 16));
        for (var length = 3; length <= whole.Length; length++)
        {
            JpegSegments.HaveMoreScansThan(1, whole.AsSpan(0, length)).ShouldBeFalse();
            JpegSegments.HaveJunkBetween(whole.AsSpan(0, length)).ShouldBeFalse();
        }
    }

    [Fact]
    public void Every_loader_but_the_four_that_are_used_is_shut()
    {
        var tiff = File.ReadAllBytes(_bench.Photos.Make("photo.tiff", "-size", "8x8", "xc:red"));
        var error = Should.Throw<VipsException>(() =>
        {
            using var image = new VipsOperation("tiffload_buffer", string.Empty).With("buffer", tiff).Run();
        });

        error.Message.ShouldContain("block");
    }

    [Fact]
    public void A_missing_library_is_told_by_the_package_that_has_it()
    {
        var error = Should.Throw<NativeLibraryMissingException>(
            () => NativeLibraryMissingException.ThrowUnlessLoads("libnotthere.so.42", "libvips42"));

        error.Message.ShouldContain("libnotthere.so.42");
        error.Message.ShouldContain("apt-get install libvips42");
    }

    public void Dispose() => _bench.Dispose();

    private async Task<string?> Refusal(string name, byte[] content) =>
        (await _bench.Inspect(_bench.Photos.Write(name, content))).Rejection?.Code;
}
