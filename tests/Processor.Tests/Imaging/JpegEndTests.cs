using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.InputFiltering;
using Pipeline.Imaging.Profiles;
using Pipeline.Imaging.Variants;
using Pipeline.Imaging.Vips;
using Pipeline.Processor.Tests.Imaging.MetadataStripping;
using Pipeline.TestKit.Images;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>JPEGs without the marker for their end: whole ones are taken, cut ones are not.</summary>
public sealed class JpegEndTests : IDisposable
{
    private readonly Workbench _bench = new();

    public static TheoryData<string> Kinds => ["baseline", "progressive", "grey", "grey progressive", "inks", "full colours", "restarts", "separate"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_photo_that_lacks_only_the_marker_for_its_end_is_ready(string kind)
    {
        var whole = Jpeg(kind, 300, 200);
        var (expected, _) = await _bench.RenderOne(_bench.Photos.Write("whole.jpg", whole), 150);

        foreach (var lost in (int[])[1, 2])
        {
            var cut = whole[..^lost];
            var (actual, _) = await _bench.RenderOne(_bench.Photos.Write("cut.jpg", cut), 150);

            (await File.ReadAllBytesAsync(actual)).ShouldBe(await File.ReadAllBytesAsync(expected));
            Cleaned.Of(cut).ShouldBe(Cleaned.Of(whole));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_cut_anywhere_leaves_each_pixel_or_the_photo_is_refused(string kind)
    {
        var whole = Jpeg(kind, 41, 35);
        var (pixels, half) = (Decode(whole, 1).ShouldNotBeNull(), Decode(whole, 2).ShouldNotBeNull());
        var taken = 0;

        for (var length = 2; length < whole.Length; length++)
        {
            var cut = whole.AsSpan(0, length);
            if (Decode(cut, 1) is { } found)
            {
                taken++;
                found.AsSpan().SequenceEqual(pixels).ShouldBeTrue($"{length} of {whole.Length} bytes");
            }

            (Decode(cut, 2) is not { } smaller || smaller.AsSpan().SequenceEqual(half)).ShouldBeTrue($"{length} of {whole.Length} bytes, smaller");
        }

        taken.ShouldBe(2);
    }

    [Theory]
    [InlineData("baseline")]
    [InlineData("progressive")]
    public async Task A_photo_without_its_last_pixels_or_its_last_scan_is_corrupt(string kind)
    {
        var whole = Jpeg(kind, 300, 200);
        var lastScan = whole.AsSpan().LastIndexOf((byte[])[0xFF, 0xDA]);

        foreach (var length in (int[])[whole.Length - 3, whole.Length - 20, lastScan, lastScan + 2, lastScan + 40])
        {
            if (kind == "baseline" && length < lastScan + 40) continue;
            var cut = await _bench.TryRender(_bench.Photos.Write("cut.jpg", whole.AsSpan(0, length)));

            cut.Rejection.ShouldNotBeNull($"{length}").Code.ShouldBe(RejectionCode.Corrupt);
        }
    }

    [Fact]
    public async Task A_segment_that_is_cut_behind_the_pixels_costs_no_photo()
    {
        var whole = Jpeg("baseline", 300, 200);
        byte[] cut = [.. whole[..^2], 0xFF, 0xFE, 0x10, 0x00, .. "SECRET"u8];

        var (actual, _) = await _bench.RenderOne(_bench.Photos.Write("cut.jpg", cut), 150);
        var (expected, _) = await _bench.RenderOne(_bench.Photos.Write("whole.jpg", whole), 150);

        (await File.ReadAllBytesAsync(actual)).ShouldBe(await File.ReadAllBytesAsync(expected));
        Cleaned.Of(cut).ShouldBe(Cleaned.Of(whole));
    }

    // Zeros decode as pixels, so they say nothing about where the file ended.
    [Fact]
    public async Task A_photo_whose_end_was_filled_with_zeros_is_corrupt()
    {
        var whole = Jpeg("baseline", 300, 200);
        byte[] filled = [.. whole[..(whole.Length / 2)], .. new byte[whole.Length / 2]];

        (await _bench.TryRender(_bench.Photos.Write("filled.jpg", filled))).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.Corrupt);
    }

    [Fact]
    public async Task A_header_that_libjpeg_remarks_on_is_corrected_without_the_marker_too()
    {
        var whole = Jpeg("baseline", 300, 200);
        var odd = whole.ToArray();
        odd[JpegBuilder.PayloadOf(odd, 0xDA) + 8] = 0;

        var (actual, _) = await _bench.RenderOne(_bench.Photos.Write("odd.jpg", odd.AsSpan(0, odd.Length - 2)), 150, new Profile());
        var (expected, _) = await _bench.RenderOne(_bench.Photos.Write("whole.jpg", whole), 150, new Profile());

        (await File.ReadAllBytesAsync(actual)).ShouldBe(await File.ReadAllBytesAsync(expected));
        Cleaned.Of(odd.AsSpan(0, odd.Length - 2)).ShouldBe(Cleaned.Of(whole));
    }

    public void Dispose() => _bench.Dispose();

    /// <summary>As the engine decodes the file; null if it is refused.</summary>
    private static byte[]? Decode(ReadOnlySpan<byte> jpeg, int shrink)
    {
        using var filtered = FilteredFile.Of(jpeg);
        var bytes = filtered.IsUnchanged ? jpeg : filtered.Bytes;
        try
        {
            using var header = VipsSource.Open(bytes, ImageType.Jpeg);
            using var raster = PhotoDecoder.Decode(header, bytes, ImageType.Jpeg, header.Width / shrink, header.Height / shrink, CancellationToken.None);
            return raster.Pixels.Pixels.ToArray();
        }
        catch (VipsException)
        {
            return null;
        }
    }

    private byte[] Jpeg(string kind, int width, int height)
    {
        string[] arguments = kind switch
        {
            "progressive" => ["-interlace", "JPEG"],
            "grey" => ["-colorspace", "Gray"],
            "grey progressive" => ["-colorspace", "Gray", "-interlace", "JPEG"],
            "inks" => ["-colorspace", "CMYK"],
            "full colours" => ["-sampling-factor", "1x1"],
            _ => ["-sampling-factor", "2x2"],
        };
        return kind switch
        {
            "restarts" => WithRestart(),
            "separate" => JpegBuilder.WithComponents(3),
            _ => File.ReadAllBytes(_bench.Photos.Photo("made.jpg", width, height, arguments)),
        };
    }

    /// <summary>Sixteen by eight grey pixels of one value, with a restart between the two blocks.</summary>
    private static byte[] WithRestart()
    {
        byte[] table = [1, .. new byte[15], 0];
        return
        [
            0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64), 0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 16, 1, 1, 0x11, 0,
            0xFF, 0xC4, 0, 20, 0x00, .. table, 0xFF, 0xC4, 0, 20, 0x10, .. table, 0xFF, 0xDD, 0, 4, 0, 1,
            0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x3F, 0xFF, 0xD0, 0x3F, 0xFF, 0xD9,
        ];
    }
}
