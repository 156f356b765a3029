using Pipeline.Contracts;
using Pipeline.Processor.Tests.Imaging.MetadataStripping;
using Pipeline.TestKit;
using Pipeline.TestKit.Images;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>Unusual files that browsers show, and files that are refused with the name of their type.</summary>
public sealed class OddFileTests : IDisposable
{
    private static readonly byte[] Red = [255, 0, 0, 0, 0, 255];

    private readonly Workbench _bench = new();

    [Theory]
    [InlineData(0xC3, 8, "lossless")]
    [InlineData(0xC3, 16, "lossless")]
    [InlineData(0xC7, 8, "lossless")]
    [InlineData(0xCB, 8, "lossless")]
    [InlineData(0xF7, 8, "JPEG-LS")]
    [InlineData(0xC5, 8, "hierarchical")]
    [InlineData(0xCE, 8, "hierarchical")]
    [InlineData(0xC1, 12, "12 bits")]
    [InlineData(0xC2, 12, "12 bits")]
    public async Task A_jpeg_that_libjpeg_does_not_decode_is_refused_by_its_name(byte marker, byte bits, string name)
    {
        var jpeg = await File.ReadAllBytesAsync(_bench.Photos.Photo("plain.jpg", 60, 40));
        var frame = JpegBuilder.PayloadOf(jpeg, 0xC0);
        (jpeg[frame - 3], jpeg[frame]) = (marker, bits);

        await ShouldBeRefused("odd.jpg", jpeg, name);
    }

    [Fact]
    public async Task A_png_for_apps_is_refused_by_its_name()
    {
        var png = new PngBuilder(9, 9).Build();

        await ShouldBeRefused("app.png", [.. png[..8], 0, 0, 0, 4, .. "CgBI"u8, 0x50, 0, 0x20, 2, 0x2B, 0xD5, 0xB3, 0x7F, .. png[8..]], "CgBI");
    }

    [Theory]
    [InlineData("ftypheic", "an HEIC image")]
    [InlineData("ftypavif", "an AVIF image")]
    public async Task An_image_of_a_type_that_is_not_accepted_is_refused_by_its_name(string brand, string name) =>
        await ShouldBeRefused("photo.jpg", [0, 0, 0, 24, .. System.Text.Encoding.ASCII.GetBytes(brand), 0, 0, 0, 0, .. "mif1miaf"u8], name);

    [Theory]
    [InlineData("49492A0008000000", "TIFF")]
    [InlineData("4D4D002A00000008", "TIFF")]
    [InlineData("424D3600000000000000", "BMP")]
    [InlineData("0000000C6A502020", "JPEG 2000")]
    [InlineData("FF0A0000", "JPEG XL")]
    [InlineData("38425053", "Photoshop")]
    [InlineData("255044462D312E37", "PDF")]
    public async Task What_is_no_image_of_the_web_is_refused_by_its_name(string bytes, string name) =>
        await ShouldBeRefused("photo.jpg", Convert.FromHexString(bytes), name);

    [Theory]
    [InlineData("behind", 0)]
    [InlineData("before", 255)]
    [InlineData("too long", 0)]
    public async Task A_png_is_transparent_by_its_palette_where_browsers_see_it(string kind, int alpha)
    {
        var png = new PngBuilder(9, 9, colourType: 3);
        if (kind == "before") png.With("tRNS", [0]);
        png.With("PLTE", Red);
        if (kind != "before") png.With("tRNS", kind == "too long" ? new byte[3] : [0]);

        var (_, webp) = await _bench.RenderOne(_bench.Photos.Write("palette.png", png.Build()), 9);

        var pixels = Photos.Pixels(webp, "rgba");
        ((int)pixels[3]).ShouldBe(alpha);
    }

    [Theory]
    [InlineData(6, "tRNS", 6)]
    [InlineData(4, "tRNS", 2)]
    [InlineData(2, "tRNS", 2)]
    [InlineData(0, "tRNS", 6)]
    [InlineData(0, "PLTE", 6)]
    [InlineData(4, "PLTE", 6)]
    public async Task A_png_with_a_chunk_that_does_not_fit_is_shown_without_it(byte colourType, string chunk, int length)
    {
        var png = new PngBuilder(9, 9, colourType: colourType);
        var plain = _bench.Photos.Write("plain.png", png.Build());
        var odd = _bench.Photos.Write("odd.png", png.With(chunk, new byte[length]).Build());

        var (_, expected) = await _bench.RenderOne(plain, 9);
        var (_, actual) = await _bench.RenderOne(odd, 9);

        (await File.ReadAllBytesAsync(actual)).ShouldBe(await File.ReadAllBytesAsync(expected));
    }

    [Theory]
    [InlineData("sBIT", 3)]
    [InlineData("cICP", 4)]
    public async Task What_browsers_ignore_behind_the_palette_of_a_png_does_not_count(string chunk, int length)
    {
        var data = Enumerable.Repeat((byte)1, length).ToArray();
        var png = new PngBuilder(9, 9, colourType: 3).With("PLTE", Red);
        var plain = _bench.Photos.Write("plain.png", png.Build());
        var odd = _bench.Photos.Write("odd.png", png.With(chunk, data).Build());

        var (_, expected) = await _bench.RenderOne(plain, 9);
        var (_, actual) = await _bench.RenderOne(odd, 9);

        (await File.ReadAllBytesAsync(actual)).ShouldBe(await File.ReadAllBytesAsync(expected));
        Cleaned.Of(await File.ReadAllBytesAsync(odd)).ShouldBe(Cleaned.Of(await File.ReadAllBytesAsync(plain)));
    }

    public void Dispose() => _bench.Dispose();

    private async Task ShouldBeRefused(string name, byte[] bytes, string word)
    {
        var rejection = (await _bench.Inspect(_bench.Photos.Write(name, bytes))).Rejection.ShouldNotBeNull();

        rejection.Code.ShouldBe(RejectionCode.UnsupportedType);
        rejection.Reason.ShouldContain(word);
    }
}
