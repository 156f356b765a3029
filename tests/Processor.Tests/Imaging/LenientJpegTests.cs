using Pipeline.Contracts;
using Pipeline.Processor.Tests.Imaging.MetadataStripping;
using Pipeline.TestKit.Images;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>JPEGs with intact pixels for which libjpeg reports a warning.</summary>
public sealed class LenientJpegTests : IDisposable
{
    private readonly Workbench _bench = new();

    public static TheoryData<string> Kinds =>
    [
        "scan ends at 0", "scan starts at 1", "scan has bits", "grey scan ends at 0", "JFIF 2.1", "JFIF 0.0", "Adobe 2", "Adobe 77", "inks 1", "inks 9",
        "bare TEM", "bare restart", "comment of length 0", "comment of length 1", "metadata of length 0",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_remark_over_whole_pixels_costs_no_photo(string kind)
    {
        var (whole, odd) = Files(kind);

        var (actual, _) = await _bench.RenderOne(_bench.Photos.Write("odd.jpg", odd), 150);
        var (expected, _) = await _bench.RenderOne(_bench.Photos.Write("whole.jpg", whole), 150);

        (await File.ReadAllBytesAsync(actual)).ShouldBe(await File.ReadAllBytesAsync(expected));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_clean_original_has_the_corrected_bytes(string kind)
    {
        var (whole, odd) = Files(kind);

        Cleaned.Of(odd).ShouldBe(Cleaned.Of(whole));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_photo_that_is_cut_or_damaged_stays_refused(string kind)
    {
        var (_, odd) = Files(kind);
        var damaged = odd.ToArray();
        damaged.AsSpan(damaged.Length / 2, 40).Fill(0xFF);

        var cut = await _bench.TryRender(_bench.Photos.Write("cut.jpg", odd.AsSpan(0, odd.Length * 2 / 3)));
        var flipped = await _bench.TryRender(_bench.Photos.Write("damaged.jpg", damaged));

        cut.Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.Corrupt);
        flipped.Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.Corrupt);
    }

    // libjpeg counts a prefix with a zero among the stray bytes, which cost no pixel.
    [Theory]
    [InlineData(new byte[] { 0xFF, 0x00 })]
    [InlineData(new byte[] { 0xFF, 0x00, 0x12, 0xFF, 0x00, 0xFF })]
    [InlineData(new byte[] { 0xFF, 0x01, 0x00 })]
    public async Task Stray_bytes_between_segments_cost_no_photo(byte[] stray)
    {
        var whole = await File.ReadAllBytesAsync(_bench.Photos.Photo("photo.jpg", 300, 200));

        var (actual, _) = await _bench.RenderOne(_bench.Photos.Write("odd.jpg", CraftedJpeg.WithFirst(whole, stray)), 150);
        var (expected, _) = await _bench.RenderOne(_bench.Photos.Write("whole.jpg", whole), 150);

        (await File.ReadAllBytesAsync(actual)).ShouldBe(await File.ReadAllBytesAsync(expected));
    }

    public void Dispose() => _bench.Dispose();

    private (byte[] Whole, byte[] Odd) Files(string kind)
    {
        string[] arguments = kind switch
        {
            _ when kind.StartsWith("inks", StringComparison.Ordinal) => ["-colorspace", "CMYK"],
            _ when kind.StartsWith("grey", StringComparison.Ordinal) => ["-colorspace", "Gray"],
            _ => [],
        };
        var whole = File.ReadAllBytes(_bench.Photos.Photo("photo.jpg", 300, 200, arguments));
        return kind switch
        {
            "scan starts at 1" => (whole, WithScan(whole, 0, 1)),
            "scan has bits" => (whole, WithScan(whole, 2, 0x21)),
            "JFIF 2.1" => (whole, With(whole, 0xE0, 5, 2)),
            "JFIF 0.0" => (whole, With(whole, 0xE0, 5, 0)),
            "Adobe 2" => (WithAdobe(whole, 1), WithAdobe(whole, 2)),
            "Adobe 77" => (WithAdobe(whole, 1), WithAdobe(whole, 77)),
            "inks 1" => (WithInks(whole, 2), WithInks(whole, 1)),
            "inks 9" => (WithInks(whole, 2), WithInks(whole, 9)),
            "bare TEM" => (whole, CraftedJpeg.WithFirst(whole, 0xFF, 0x01)),
            "bare restart" => (whole, CraftedJpeg.WithFirst(whole, 0xFF, 0xD3)),
            "comment of length 0" => (whole, CraftedJpeg.WithFirst(whole, 0xFF, 0xFE, 0, 0)),
            "comment of length 1" => (whole, CraftedJpeg.WithFirst(whole, 0xFF, 0xFE, 0, 1)),
            "metadata of length 0" => (whole, CraftedJpeg.WithFirst(whole, 0xFF, 0xE5, 0, 0)),
            _ => (whole, WithScan(whole, 1, 0)),
        };
    }

    private static byte[] WithScan(byte[] jpeg, int at, byte value)
    {
        var payload = JpegBuilder.PayloadOf(jpeg, 0xDA);
        return With(jpeg, 0xDA, 1 + (2 * jpeg[payload]) + at, value);
    }

    private static byte[] WithInks(byte[] jpeg, byte transform) => With(jpeg, 0xEE, 11, transform);

    // Without JFIF, which would fix the colour space.
    private static byte[] WithAdobe(byte[] jpeg, byte transform)
    {
        byte[] bare = [.. jpeg[..2], .. jpeg[20..]];
        return CraftedJpeg.WithFirst(bare, CraftedJpeg.Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, transform]));
    }

    private static byte[] With(byte[] jpeg, byte marker, int at, byte value)
    {
        var odd = jpeg.ToArray();
        odd[JpegBuilder.PayloadOf(jpeg, marker) + at] = value;
        return odd;
    }
}
