using System.Buffers.Binary;
using System.Text;
using Pipeline.Imaging.Attributions;
using Pipeline.Imaging.Headers;

namespace Pipeline.Processor.Tests.Imaging.Attributions;

public sealed class ExifDirectoryTests
{
    private const ushort Text = 2;
    private const ushort Short = 3;
    private const ushort Long = 4;

    [Theory]
    [InlineData(null, null, 1)]
    [InlineData(null, null, 6)]
    [InlineData("Me", null, 1)]
    [InlineData("Somebody", "Me", 3)]
    [InlineData(null, "Zoë", 8)]
    public void What_is_written_is_read_again(string? copyright, string? artist, int orientation)
    {
        var block = ExifBlock.Write(new Attribution(copyright, artist), orientation);

        var exif = new ExifDirectory(block);
        exif.Orientation.ShouldBe(orientation);
        UntrustedText.Read(exif.Text(Attribution.CopyrightTag), 1).ShouldBe(copyright);
        UntrustedText.Read(exif.Text(Attribution.ArtistTag), 1).ShouldBe(artist);
        (block.Length == 0).ShouldBe(orientation == 1 && copyright is null && artist is null);
    }

    [Theory]
    [InlineData(Short, 6, 6)]
    [InlineData(Long, 6, 1)]
    [InlineData(Text, 6, 1)]
    [InlineData(Short, 0, 1)]
    [InlineData(Short, 9, 1)]
    [InlineData(Short, 65_535, 1)]
    public void An_orientation_is_one_of_eight_or_upright(ushort type, int value, int expected)
    {
        foreach (var bigEndian in new[] { true, false })
        {
            var stored = type == Short && bigEndian ? (uint)value << 16 : (uint)value;
            var block = Block(bigEndian, (ExifDirectory.OrientationTag, type, 1, stored));
            new ExifDirectory(block).Orientation.ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData(1u, 6)]
    [InlineData(0u, 1)]
    [InlineData(2u, 1)]
    public void An_orientation_is_one_number(uint count, int expected) =>
        new ExifDirectory(Block(bigEndian: false, (ExifDirectory.OrientationTag, Short, count, 6))).Orientation.ShouldBe(expected);

    [Fact]
    public void The_first_valid_orientation_counts()
    {
        var block = Block(bigEndian: false, (ExifDirectory.OrientationTag, Long, 1, 3), (ExifDirectory.OrientationTag, Short, 1, 6), (ExifDirectory.OrientationTag, Short, 1, 8));

        new ExifDirectory(block).Orientation.ShouldBe(6);
    }

    [Theory]
    [InlineData(0xFFFFFFFF, 8u)]
    [InlineData(100u, 0xFFFFFFFF)]
    [InlineData(100u, 8u)]
    [InlineData(0u, 8u)]
    [InlineData(26u, 1u)]
    public void A_text_that_reaches_outside_is_none(uint count, uint offset)
    {
        var block = Block(bigEndian: true, (Attribution.ArtistTag, Text, count, offset));

        new ExifDirectory(block).Text(Attribution.ArtistTag).Length.ShouldBe(0);
    }

    [Fact]
    public void A_block_that_is_cut_anywhere_harms_nobody()
    {
        var block = ExifBlock.Write(new Attribution("Somebody", "Somebody else"), 6);

        for (var length = 0; length < block.Length; length++)
        {
            var exif = new ExifDirectory(block.AsSpan(0, length));
            new[] { 1, 6 }.ShouldContain(exif.Orientation);
            exif.Text(Attribution.CopyrightTag).Length.ShouldBeOneOf(0, "Somebody".Length + 1);
        }
    }

    [Fact]
    public void More_entries_than_any_camera_writes_are_not_looked_at()
    {
        var entries = Enumerable.Repeat(((ushort)1, Short, 1u, 0u), 500).Append((ExifDirectory.OrientationTag, Short, 1u, 6u));

        new ExifDirectory(Block(bigEndian: false, [.. entries])).Orientation.ShouldBe(1);
        new ExifDirectory(Block(bigEndian: false, [.. entries.Skip(1)])).Orientation.ShouldBe(6);
    }

    [Fact]
    public void A_directory_elsewhere_or_nowhere_has_no_entries()
    {
        var block = Block(bigEndian: true, (ExifDirectory.OrientationTag, Short, 1, 6 << 16));
        foreach (var start in new uint[] { 0, 4, 7, (uint)block.Length - 1, (uint)block.Length, uint.MaxValue })
        {
            BinaryPrimitives.WriteUInt32BigEndian(block.AsSpan(4), start);
            new ExifDirectory(block).Orientation.ShouldBe(1);
        }

        new ExifDirectory(Encoding.ASCII.GetBytes("neither order of bytes")).Orientation.ShouldBe(1);
    }

    private static byte[] Block(bool bigEndian, params (ushort Tag, ushort Type, uint Count, uint Value)[] entries)
    {
        byte[] block =
        [
            .. bigEndian ? "MM"u8 : "II"u8, .. Number(42, 2), .. Number(8, 4), .. Number((uint)entries.Length, 2),
            .. entries.SelectMany(Entry), 0, 0, 0, 0,
        ];
        return block;

        byte[] Entry((ushort Tag, ushort Type, uint Count, uint Value) entry) =>
            [.. Number(entry.Tag, 2), .. Number(entry.Type, 2), .. Number(entry.Count, 4), .. Number(entry.Value, 4)];

        byte[] Number(uint value, int length)
        {
            var bytes = BitConverter.GetBytes(value)[..length];
            return bigEndian ? [.. bytes.Reverse()] : bytes;
        }
    }
}
