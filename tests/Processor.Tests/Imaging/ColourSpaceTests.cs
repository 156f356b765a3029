using System.Buffers.Binary;
using System.IO.Compression;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.Imaging.Vips;
using Pipeline.TestKit;
using Pipeline.TestKit.Images;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>Colour spaces given as numbers instead of a profile.</summary>
public sealed class ColourSpaceTests : IDisposable
{
    private static readonly int[] SrgbColours = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000];
    private static readonly int[] P3Colours = [31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000];

    private readonly Workbench _bench = new() { Engine = Workbench.NewEngine(new ImageLimits { Inputs = ["png", "heic", "avif"] }) };

    [Theory]
    [InlineData(2, 8)]
    [InlineData(2, 16)]
    [InlineData(3, 8)]
    [InlineData(6, 8)]
    [InlineData(0, 8)]
    [InlineData(4, 8)]
    public async Task A_png_whose_numbers_are_amounts_of_light_is_as_light_as_in_browsers(byte colourType, byte bits)
    {
        var path = Png(colourType, bits, ("gAMA", Numbers(100_000)), ("cHRM", Numbers(SrgbColours)));

        // Half of the light.
        (await Colour(path))[1].ShouldBe(188, 3);
    }

    [Fact]
    public async Task Colours_of_P3_are_those_of_P3()
    {
        var path = Png(2, 8, ("gAMA", Numbers(45_455)), ("cHRM", Numbers(P3Colours)));

        (await Colour(path, 200, 100, 80)).ShouldNotBe([200.0, 100, 80]);
        (await Colour(path, 200, 100, 80))[0].ShouldBe(216, 3);
    }

    [Theory]
    [InlineData(12, 13, 216)]
    [InlineData(1, 13, 200)]
    [InlineData(2, 2, 200)]
    [InlineData(9, 16, 200)]
    [InlineData(1, 1, 197)]
    [InlineData(9, 14, 239)]
    [InlineData(1, 12, 200)]
    [InlineData(1, 7, 206)]
    [InlineData(8, 13, 222)]
    [InlineData(10, 13, 255)]
    public async Task A_png_follows_cicp_where_it_is_known(byte primaries, byte transfer, double red) =>
        (await Colour(Png(2, 8, ("cICP", [primaries, transfer, 0, 1])), 200, 100, 80))[0].ShouldBe(red, 3);

    [Fact]
    public async Task The_first_of_cicp_srgb_and_gamma_counts()
    {
        (string, byte[]) light = ("gAMA", Numbers(100_000)), colours = ("cHRM", Numbers(SrgbColours)), srgb = ("sRGB", [0]), cicp = ("cICP", [1, 13, 0, 1]);

        (await Colour(Png(2, 8, light, colours, srgb)))[1].ShouldBe(128, 3);
        (await Colour(Png(2, 8, light, colours, cicp)))[1].ShouldBe(128, 3);
        (await Colour(Png(2, 8, srgb, ("cICP", [1, 8, 0, 1]))))[1].ShouldBe(188, 3);
    }

    [Theory]
    [InlineData(100_000, 229, 168, 152)]
    [InlineData(55_000, 210, 118, 98)]
    [InlineData(50_000, 206, 109, 88)]
    [InlineData(47_500, 200, 100, 80)]
    [InlineData(30_000, 178, 59, 40)]
    [InlineData(2_000_000, 254, 250, 249)]
    public async Task A_gamma_alone_is_that_of_the_colours_of_the_web(int gamma, int red, int green, int blue)
    {
        var colour = await Colour(Png(2, 8, ("gAMA", Numbers(gamma))), 200, 100, 80);

        for (var i = 0; i < 3; i++) colour[i].ShouldBe(((double[])[red, green, blue])[i], 3);
        (await Colour(Png(0, 8, ("gAMA", Numbers(100_000)))))[1].ShouldBe(188, 3);
    }

    [Fact]
    public async Task What_cannot_be_followed_gives_way_to_the_next()
    {
        (string, byte[]) light = ("gAMA", Numbers(100_000)), unknown = ("cICP", [2, 2, 0, 1]), limited = ("cICP", [12, 13, 0, 0]);
        (string, byte[]) damaged = ("iCCP", Profile(new byte[300])), p3 = ("iCCP", Profile(IccProfile.DisplayP3()));

        foreach (var first in new[] { unknown, limited, damaged })
        {
            (await Colour(Png(2, 8, first, light)))[1].ShouldBe(188, 3, first.Item1);
        }

        (await Colour(Png(2, 8, p3, light), 200, 100, 80))[0].ShouldBe(216, 3);
        (await Colour(Png(2, 8, unknown, p3), 200, 100, 80))[0].ShouldBe(216, 3);
    }

    [Theory]
    [InlineData(45_455, 31270)]
    [InlineData(0, 31270)]
    [InlineData(100_000, 0)]
    public async Task What_says_srgb_or_nonsense_changes_nothing(int gamma, int white)
    {
        var colours = SrgbColours.ToArray();
        if (white == 0) Array.Clear(colours);

        (await Colour(Png(2, 8, ("gAMA", Numbers(gamma)), ("cHRM", Numbers(colours)))))[1].ShouldBe(128, 2);
    }

    [Theory]
    [InlineData("avif", 12, 13, 216)]
    [InlineData("heic", 12, 13, 216)]
    [InlineData("avif", 1, 13, 200)]
    [InlineData("avif", 12, 16, 200)]
    [InlineData("avif", 12, 2, 216)]
    [InlineData("avif", 12, 1, 216)]
    [InlineData("avif", 2, 8, 229)]
    [InlineData("avif", 2, 2, 200)]
    public async Task An_heic_or_avif_follows_nclx(string brand, byte primaries, byte transfer, double red)
    {
        VipsHeif.Start();
        using var bitmap = SomeAnimation.Filled(64, 64, [200, 100, 80]);
        using var image = VipsImage.Over(bitmap);
        using var heif = new VipsOperation(
            "heifsave_buffer", $"compression={(brand == "avif" ? "av1" : "hevc")},bitdepth=8,subsample_mode=on,effort=0,Q=95,strip=true").With("in", image).RunToBytes();
        var bytes = Crafted.WithoutColours(heif.Bytes);

        (await Colour(_bench.Photos.Write($"nclx.{brand}", Crafted.WithColours(bytes, primaries, transfer))))[0].ShouldBe(red, 5);
    }

    public void Dispose() => _bench.Dispose();

    private static byte[] Profile(byte[] profile)
    {
        using var packed = new MemoryStream();
        packed.Write("x\0\0"u8);
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) deflate.Write(profile);
        return packed.ToArray();
    }

    private static byte[] Numbers(params int[] values)
    {
        var bytes = new byte[values.Length * 4];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * 4), values[i]);
        return bytes;
    }

    private async Task<double[]> Colour(string path)
    {
        var (jpeg, _) = await _bench.RenderOne(path, 64, new Profile { JpegQuality = 100 });
        return Photos.MeanColour(jpeg, 8, 8, 32);
    }

    private Task<double[]> Colour(string path, int red, int green, int blue)
    {
        var bytes = File.ReadAllBytes(path);
        var chunks = bytes.AsSpan(33, bytes.AsSpan().IndexOf("IDAT"u8) - 4 - 33).ToArray();
        var plain = File.ReadAllBytes(_bench.Photos.Make("flat.png", "-size", "64x64", $"xc:rgb({red},{green},{blue})", "-define", "png:color-type=2",
            "-define", "png:bit-depth=8", "-define", "png:exclude-chunks=all"));
        return Colour(_bench.Photos.Write("coloured.png", [.. plain[..33], .. chunks, .. plain[33..]]));
    }

    /// <summary>Half grey, with additional chunks.</summary>
    private string Png(byte colourType, byte bits, params (string Name, byte[] Data)[] chunks)
    {
        var plain = File.ReadAllBytes(_bench.Photos.Make("grey.png", "-size", "64x64", colourType is 4 or 6 ? "xc:rgba(128,128,128,1)" : "xc:rgb(128,128,128)",
            "-define", $"png:color-type={colourType}", "-define", $"png:bit-depth={bits}", "-define", "png:exclude-chunks=all"));
        var made = new PngBuilder(1, 1);
        foreach (var (name, data) in chunks) made.With(name, data);
        var bytes = made.Build();
        return _bench.Photos.Write("coloured.png", [.. plain[..33], .. bytes[33..(bytes.AsSpan().IndexOf("IDAT"u8) - 4)], .. plain[33..]]);
    }
}
