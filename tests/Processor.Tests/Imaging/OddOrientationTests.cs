using Pipeline.Imaging.Attributions;
using Pipeline.Processor.Tests.Imaging.MetadataStripping;
using Pipeline.TestKit.Images;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>Images are turned where Chromium turns them.</summary>
public sealed class OddOrientationTests : IDisposable
{
    private const byte Long = 4;
    private const byte SignedShort = 8;

    private readonly Workbench _bench = new();

    [Theory]
    [InlineData("", 3, 1, true)]
    [InlineData("Exif\0\0", 3, 1, false)]
    [InlineData("", Long, 1, false)]
    [InlineData("", SignedShort, 1, false)]
    [InlineData("", 3, 2, false)]
    public async Task A_png_is_turned_by_a_bare_block_with_one_short_number(string prefix, byte type, byte count, bool isTurned)
    {
        var png = new PngBuilder(30, 20).With("eXIf", [.. System.Text.Encoding.ASCII.GetBytes(prefix), .. Block(type, count)]).Build();

        await ShouldBeTurned(png, isTurned);
    }

    [Theory]
    [InlineData("Exif\0\0", 3, 1, true)]
    [InlineData("Exif\0\u0001", 3, 1, true)]
    [InlineData("Exif\u0001\0", 3, 1, false)]
    [InlineData("exif\0\0", 3, 1, false)]
    [InlineData("Exif\0\0", Long, 1, false)]
    [InlineData("Exif\0\0", SignedShort, 1, false)]
    [InlineData("Exif\0\0", 3, 2, false)]
    public async Task A_jpeg_is_turned_by_a_block_with_one_short_number(string prefix, byte type, byte count, bool isTurned)
    {
        var bare = await File.ReadAllBytesAsync(_bench.Photos.Photo("bare.jpg", 30, 20));

        await ShouldBeTurned(CraftedJpeg.WithFirst(bare, Segment(prefix, Block(type, count))), isTurned);
    }

    [Fact]
    public async Task An_empty_block_of_a_jpeg_hides_no_other()
    {
        var bare = await File.ReadAllBytesAsync(_bench.Photos.Photo("bare.jpg", 30, 20));

        await ShouldBeTurned(CraftedJpeg.WithFirst(bare, [.. Segment("Exif\0\0", []), .. Segment("Exif\0\0", Block(3, 1))]), isTurned: true);
        await ShouldBeTurned(CraftedJpeg.WithFirst(bare, [.. Segment("Exif\0\0", [1, 2, 3, 4]), .. Segment("Exif\0\0", Block(3, 1))]), isTurned: false);
    }

    public void Dispose() => _bench.Dispose();

    private static byte[] Segment(string prefix, byte[] block) => CraftedJpeg.Segment(0xE1, [.. System.Text.Encoding.Latin1.GetBytes(prefix), .. block]);

    /// <summary>Turn by 90°.</summary>
    private static byte[] Block(byte type, byte count)
    {
        var block = ExifBlock.Write(null, orientation: 6);
        var entry = block.AsSpan(block[0] == 'I' ? block.AsSpan().IndexOf((byte[])[0x12, 0x01]) : block.AsSpan().IndexOf((byte[])[0x01, 0x12]), 12);
        var isLittle = block[0] == 'I';
        entry[isLittle ? 2 : 3] = type;
        entry[isLittle ? 4 : 7] = count;
        if (type == Long) (isLittle ? (byte[])[6, 0, 0, 0] : [0, 0, 0, 6]).CopyTo(entry[8..]);
        return block;
    }

    private async Task ShouldBeTurned(byte[] image, bool isTurned)
    {
        var facts = (await _bench.Inspect(_bench.Photos.Write("image.img", image))).Value;
        var clean = (await _bench.Inspect(_bench.Photos.Write("clean.img", Cleaned.Of(image)))).Value;

        (facts.Width, facts.Height).ShouldBe(isTurned ? (20, 30) : (30, 20));
        (clean.Width, clean.Height).ShouldBe(isTurned ? (20, 30) : (30, 20));
    }
}
