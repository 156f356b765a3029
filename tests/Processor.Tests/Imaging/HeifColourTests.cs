using Pipeline.Imaging;
using Pipeline.Imaging.Colours;
using Pipeline.Imaging.Headers;
using Pipeline.Imaging.Vips;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>Colour spaces that only the compressed pixels of an HEIC or AVIF declare, and which of several declarations in boxes applies to the image.</summary>
public sealed class HeifColourTests
{
    private const string Av1Head = "000" + "1" + "1" + "00001" + "0101" + "0101" + "111111" + "111111" + "011" + "000" + "00";

    [Theory]
    [InlineData("1", 12, 13)]
    [InlineData("1", 1, 8)]
    [InlineData("0", 0, 0)]
    public void A_sequence_header_of_AV1_says_what_its_colours_are(string says, byte primaries, byte transfer)
    {
        var header = Packed(Av1Head + says + Bits(primaries) + Bits(transfer) + Bits(6) + "1");

        var found = Av1Colours.Find([0x12, 0, 0x0A, (byte)header.Length, .. header]);

        found.ShouldBe(says == "1" ? (primaries, transfer) : null);
    }

    [Fact]
    public void A_sequence_header_of_a_film_is_read_too()
    {
        // Time and decoder model, two operating points, frame numbers, all tools.
        var header = Packed("000" + "0" + "0" + "1" + new string('0', 64) + "1" + "1" + "1" + "00011" + new string('0', 32) + "00000" + "00000" + "1" + "00001"
            + new string('0', 12) + "01000" + "0" + "1" + "0000" + "0000" + "0" + "1" + "0000" + new string('0', 12) + "00001" + "0" + "0"
            + "0101" + "0101" + "111111" + "111111" + "1" + "0000000" + "011" + "1111" + "1" + "11" + "1" + "1" + "000" + "000" + "00" + "1" + Bits(12) + Bits(13));

        Av1Colours.Find([0x0A, (byte)header.Length, .. header]).ShouldBe((12, 13));
    }

    [Fact]
    public void A_sequence_parameter_set_of_HEVC_says_what_its_colours_are()
    {
        // One layer; 4:2:0; a cropping window; a scaling list without values; one reference set with one picture.
        var set = Packed("0000" + "000" + "1" + new string('1', 96) + "1" + "010" + "00111" + "00111" + "1" + "1111" + "11" + "1" + "1" + "111" + "111111"
            + "1" + "0" + "00" + "0" + "010" + "010" + "1" + "1" + "1" + "0" + "00" + "1" + "0" + "0" + "1" + "101" + "1" + "1" + Bits(12) + Bits(13) + Bits(6));
        byte[] unit = [0x42, 1, .. set];

        HevcColours.Find([.. new byte[22], 2, 0x20, 0, 1, 0, 1, 0, 0x21, 0, 1, 0, (byte)unit.Length, .. unit]).ShouldBe((12, 13));
    }

    [Fact]
    public void What_is_cut_short_says_nothing()
    {
        var header = Packed(Av1Head + "1" + Bits(12) + Bits(13) + Bits(6) + "1");
        byte[] whole = [0x12, 0, 0x0A, (byte)header.Length, .. header];

        for (var length = 0; length < whole.Length - 1; length++) Av1Colours.Find(whole.AsSpan(0, length)).ShouldBeNull();
        for (var length = 0; length < 60; length++) HevcColours.Find(new byte[length]).ShouldBeNull();
        HevcColours.Find([.. new byte[22], 255, 0x21, 255, 255, 0, 3, 0x42, 1, 0xFF]).ShouldBeNull();
    }

    [Fact]
    public void Pixels_are_asked_where_the_boxes_do_not_say()
    {
        VipsHeif.Start();
        using var bitmap = SomeAnimation.Filled(64, 64, [200, 100, 80]);
        using var image = VipsImage.Over(bitmap);
        using var made = new VipsOperation("heifsave_buffer", "compression=av1,bitdepth=8,effort=0,Q=95,strip=true").With("in", image).RunToBytes();
        var avif = Crafted.WithoutColours(made.Bytes);
        var header = Packed(Av1Head + "1" + Bits(12) + Bits(13) + Bits(6) + "1");
        var pixels = avif.AsSpan().IndexOf("mdat"u8) + 4;
        byte[] told = [.. avif[..pixels], 0x0A, (byte)header.Length, .. header, .. avif[pixels..]];

        HeifColourSpace.Find(told, ImageType.Avif).ShouldBe(ColourSpace.FromCodes(12, 13));
        HeifColourSpace.Find(Crafted.WithColours(avif, 1, 13), ImageType.Avif).ShouldBe(ColourSpace.Srgb);
    }

    // A megabyte: 32,767 properties, and one image that names the last of them a third of a million times. Counting from the first one each time took minutes.
    [Fact]
    public void No_property_costs_more_than_one_look_however_often_it_is_named()
    {
        byte[] properties = [.. Enumerable.Repeat(Box("free", []), 0x7FFF).SelectMany(box => box)];
        byte[] named = [0, 1, 255, .. Enumerable.Repeat((byte[])[0xFF, 0xFF], 255).SelectMany(position => position)];
        const int Times = 1_400;
        byte[] associations = [0, 0, 0, 1, .. Number(Times), .. Enumerable.Repeat(named, Times).SelectMany(item => item)];
        byte[] meta = [0, 0, 0, 0, .. Box("pitm", [0, 0, 0, 0, 0, 1]), .. Box("iprp", [.. Box("ipco", properties), .. Box("ipma", associations)])];
        byte[] file = [.. Box("ftyp", "avif"u8.ToArray()), .. Box("meta", meta)];

        HeifColourSpace.Find(file, ImageType.Avif).ShouldBeNull();
        HeifColourSpace.Find(file, ImageType.Heic).ShouldBeNull();
        HeifGuard.Find(file, 400).ShouldBeNull();
    }

    private static byte[] Number(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static byte[] Box(string name, byte[] data) => [.. Number(data.Length + 8), .. System.Text.Encoding.ASCII.GetBytes(name), .. data];

    private static string Bits(byte value) => Convert.ToString(value, 2).PadLeft(8, '0');

    private static byte[] Packed(string bits)
    {
        var whole = bits.PadRight((bits.Length + 7) / 8 * 8, '0');
        return [.. Enumerable.Range(0, whole.Length / 8).Select(i => Convert.ToByte(whole.Substring(i * 8, 8), 2))];
    }
}
