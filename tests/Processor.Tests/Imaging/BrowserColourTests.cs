using System.Buffers.Binary;
using System.IO.Compression;
using Pipeline.Imaging.Profiles;
using Pipeline.Processor.Tests.Imaging.MetadataStripping;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>Profiles and colour chunks count where and as they do in Chromium, by which the expected values were measured.</summary>
public sealed class BrowserColourTests : IDisposable
{
    private static readonly int[] Swapped = [31270, 32900, 30000, 60000, 64000, 33000, 15000, 6000];
    private static readonly int[] Aces = [32168, 33767, 73470, 26530, 0, 100_000, 10, -7700];

    private readonly Workbench _bench = new();

    [Theory]
    [InlineData("icc srgb")]
    [InlineData("srgb icc")]
    [InlineData("icc srgb chrm")]
    [InlineData("chrm srgb gama icc")]
    [InlineData("gama icc srgb chrm")]
    public async Task A_profile_precedes_srgb_and_gamma_in_any_order(string chunks)
    {
        var png = Flat(2, 8, [200, 100, 80], [.. chunks.Split(' ').Select(Chunk)]);

        (await Colour(png))[0].ShouldBe(216, 3);
        (await Colour(Cleaned.Of(png)))[0].ShouldBe(216, 3);
        CraftedPng.Names(Cleaned.Of(png)).ShouldNotContain("sRGB");
    }

    [Theory]
    [InlineData("gama", 229, 168)]
    [InlineData("icc", 216, 94)]
    [InlineData("gama chrm", 168, 229)]
    [InlineData("gama srgb", 200, 100)]
    [InlineData("srgb icc", 216, 94)]
    public async Task Colours_behind_the_palette_count(string chunks, double red, double green)
    {
        byte[][] behind = [.. chunks.Split(' ').Select(Chunk)];
        foreach (var png in (byte[][])[Flat(3, 8, [0], [], behind, [200, 100, 80]), Flat(2, 8, [200, 100, 80], [], behind, [1, 2, 3])])
        {
            var clean = Cleaned.Of(png);
            foreach (var file in (byte[][])[png, clean])
            {
                var colour = await Colour(file);
                colour[0].ShouldBe(red, 4);
                colour[1].ShouldBe(green, 4);
            }

            CraftedPng.Names(clean)[^3].ShouldBe("PLTE");
        }
    }

    [Theory]
    [InlineData("grey", 2, 100)]
    [InlineData("inks", 2, 100)]
    [InlineData("inks", 0, 100)]
    [InlineData("version 5", 2, 168)]
    [InlineData("longer than it is", 2, 168)]
    [InlineData("no signature", 2, 168)]
    [InlineData("another white", 2, 168)]
    [InlineData("a tag outside", 2, 168)]
    public async Task A_profile_that_does_not_fit_hides_gamma_and_one_that_cannot_be_read_does_not(string kind, byte colourType, double expected)
    {
        byte[] sample = colourType == 2 ? [200, 100, 80] : [100];

        (await Colour(Flat(colourType, 8, sample, [CraftedPng.Profile("x", Profile(kind)), Chunk("gama")])))[1].ShouldBe(expected, 3);
        (await Colour(Flat(colourType, 8, sample, [CraftedPng.Profile("x", Profile(kind))])))[1].ShouldBe(100, 3);
    }

    [Theory]
    [InlineData("version 5", false)]
    [InlineData("longer than it is", false)]
    [InlineData("another white", false)]
    [InlineData("a tag outside", false)]
    [InlineData("link", true)]
    [InlineData("abst", true)]
    [InlineData("nmcl", true)]
    public async Task Only_profiles_that_browsers_read_are_followed(string kind, bool isFollowed)
    {
        var bare = await File.ReadAllBytesAsync(_bench.Photos.Make("bare.jpg", "-size", "64x64", "xc:rgb(200,100,80)", "-quality", "98"));

        (await Colour(WithProfile(bare, Profile(kind))))[0].ShouldBe(isFollowed ? 216 : 200, 3);
        (await Colour(Flat(2, 8, [200, 100, 80], [CraftedPng.Profile("x", Profile(kind))])))[0].ShouldBe(isFollowed ? 216 : 200, 3);
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(4, 8)]
    [InlineData(0, 16)]
    [InlineData(4, 16)]
    public async Task A_grey_png_follows_a_profile_of_rgb(byte colourType, byte bits)
    {
        byte[] sample = (colourType, bits) switch { (0, 8) => [128], (4, 8) => [128, 255], (0, _) => [128, 128], _ => [128, 128, 255, 255] };
        var colour = await Colour(Flat(colourType, bits, sample, [CraftedPng.Profile("dark", IccProfile.Srgb(gamma: 4))]));

        foreach (var part in colour) part.ShouldBe(71, 3);
    }

    [Fact]
    public async Task A_grey_jpeg_follows_a_profile_of_rgb()
    {
        var bare = await File.ReadAllBytesAsync(_bench.Photos.Make("bare.jpg", "-size", "64x64", "xc:gray(128)", "-colorspace", "Gray", "-quality", "98"));

        foreach (var part in await Colour(WithProfile(bare, IccProfile.Srgb(gamma: 4)))) part.ShouldBe(71, 3);
        foreach (var part in await Colour(WithProfile(bare, IccProfile.Srgb()))) part.ShouldBe(128, 2);
    }

    [Fact]
    public async Task Inks_follow_the_colorimetric_table_where_there_is_no_other_and_no_broken_profile()
    {
        var bare = await File.ReadAllBytesAsync(_bench.Photos.Make(
            "bare.jpg", "-size", "64x64", "xc:cmyk(200,0,0,0)", "-colorspace", "CMYK", "-quality", "98"));
        var perceptual = IccProfile.CmykToRgb();
        var colorimetric = perceptual.ToArray();
        "A2B1"u8.CopyTo(colorimetric.AsSpan(colorimetric.AsSpan().IndexOf("A2B0"u8)));
        var unknown = perceptual.ToArray();
        "XXXX"u8.CopyTo(unknown.AsSpan(unknown.AsSpan().IndexOf("A2B0"u8)));

        ShouldBeNear(await Colour(WithProfile(bare, colorimetric)), await Colour(WithProfile(bare, perceptual)), 10);
        ShouldBeNear(await Colour(WithProfile(bare, unknown)), await Colour(bare));
        ShouldBeNear(await Colour(WithProfile(bare, perceptual[..^40])), await Colour(bare));
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(3, 100)]
    [InlineData(4, 168)]
    [InlineData(255, 168)]
    public async Task An_unknown_intent_of_srgb_says_nothing(byte intent, double expected) =>
        (await Colour(Flat(2, 8, [200, 100, 80], [CraftedPng.Chunk("sRGB", [intent]), Chunk("gama")])))[1].ShouldBe(expected, 3);

    [Fact]
    public async Task Colours_outside_the_diagram_change_nothing() =>
        ShouldBeNear(await Colour(Flat(2, 8, [200, 100, 80], [Chunk("gama"), CraftedPng.Chunk("cHRM", Numbers(Aces))])), [200, 100, 80]);

    public void Dispose() => _bench.Dispose();

    private static void ShouldBeNear(double[] actual, double[] expected, double tolerance = 4)
    {
        for (var i = 0; i < 3; i++) actual[i].ShouldBe(expected[i], tolerance);
    }

    private static byte[] Chunk(string kind) => kind switch
    {
        "icc" => CraftedPng.Profile("p3", IccProfile.DisplayP3()),
        "srgb" => CraftedPng.Chunk("sRGB", [0]),
        "gama" => CraftedPng.Chunk("gAMA", Numbers(100_000)),
        _ => CraftedPng.Chunk("cHRM", Numbers(Swapped)),
    };

    private static byte[] Profile(string kind)
    {
        var p3 = IccProfile.DisplayP3();
        switch (kind)
        {
            case "grey":
                return IccProfile.LinearGrey();
            case "inks":
                return IccProfile.CmykToRgb();
            case "version 5":
                p3[8] = 5;
                break;
            case "longer than it is":
                BinaryPrimitives.WriteInt32BigEndian(p3, p3.Length + 1);
                break;
            case "no signature":
                p3[36] = (byte)'X';
                break;
            case "another white":
                BinaryPrimitives.WriteInt32BigEndian(p3.AsSpan(68), (int)(0.9505 * 65536));
                break;
            case "a tag outside":
                BinaryPrimitives.WriteInt32BigEndian(p3.AsSpan(132 + 8), p3.Length);
                break;
            default:
                System.Text.Encoding.ASCII.GetBytes(kind).CopyTo(p3, 12);
                break;
        }

        return p3;
    }

    private static byte[] WithProfile(byte[] jpeg, byte[] profile) =>
        CraftedJpeg.WithFirst(jpeg, CraftedJpeg.Segment(0xE2, [.. "ICC_PROFILE\0"u8, 1, 1, .. profile]));

    /// <summary>A PNG of one colour.</summary>
    private static byte[] Flat(byte colourType, byte bits, byte[] sample, byte[][] before, byte[][]? behind = null, byte[]? palette = null)
    {
        const int side = 64;
        byte[] row = [0, .. Enumerable.Repeat(sample, side).SelectMany(bytes => bytes)];
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var i = 0; i < side; i++) deflate.Write(row);
        }

        return
        [
            0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. CraftedPng.Chunk("IHDR", [.. Numbers(side, side), bits, colourType, 0, 0, 0]),
            .. before.SelectMany(chunk => chunk), .. palette is null ? [] : CraftedPng.Chunk("PLTE", palette), .. (behind ?? []).SelectMany(chunk => chunk),
            .. CraftedPng.Chunk("IDAT", packed.ToArray()), .. CraftedPng.Chunk("IEND", []),
        ];
    }

    private static byte[] Numbers(params int[] values)
    {
        var bytes = new byte[values.Length * 4];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * 4), values[i]);
        return bytes;
    }

    private async Task<double[]> Colour(byte[] file)
    {
        var (jpeg, _) = await _bench.RenderOne(_bench.Photos.Write("file.img", file), 64, new Profile { JpegQuality = 100 });
        return Photos.MeanColour(jpeg, 8, 8, 32);
    }
}
