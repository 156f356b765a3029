using System.Text;
using Pipeline.Imaging;
using Pipeline.Imaging.Attributions;
using Pipeline.Imaging.Codecs;
using Pipeline.Processor.Tests.Imaging.MetadataStripping;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging.Attributions;

public sealed class AttributionWriterTests : IDisposable
{
    private static readonly Attribution Both = new("© 2024 Zoë Ørsted; all rights", "Zoë Ørsted");

    private readonly Photos _photos = new();

    [Fact]
    public void An_encoded_jpeg_says_whose_it_is_and_nothing_else()
    {
        using var bitmap = Gradient(bands: 3);
        using var encoded = JpegEncoder.Encode(bitmap, 85);

        var attributed = AttributionWriter.Jpeg(encoded.Bytes, Both);

        ShouldSay(attributed, "jpg", Both);
        attributed.ShouldLookLike(encoded.Bytes.ToArray());
        attributed.AsSpan(0, 4).SequenceEqual([(byte)0xFF, (byte)0xD8, (byte)0xFF, (byte)0xE0]).ShouldBeTrue("JFIF comes first");
    }

    [Theory]
    [InlineData(3, 0x08)]
    [InlineData(4, 0x18)]
    public void An_encoded_webp_says_whose_it_is_and_nothing_else(int bands, int flags)
    {
        using var bitmap = Gradient(bands);
        using var encoded = WebpEncoder.Encode(bitmap, 80, 4, CancellationToken.None);

        var attributed = AttributionWriter.Webp(encoded.Bytes, Both);

        ShouldSay(attributed, "webp", Both);
        attributed.ShouldLookLike(encoded.Bytes.ToArray());
        CraftedWebp.Data(attributed, "VP8X").ShouldBe([(byte)flags, 0, 0, 0, 66, 1, 0, 44, 0, 0]);
    }

    [Fact]
    public void A_lossless_webp_with_alpha_keeps_it_when_it_becomes_an_extended_one()
    {
        string[] arguments = ["-alpha", "set", "-channel", "A", "-evaluate", "multiply", "0.5", "-define", "webp:lossless=true"];
        var source = File.ReadAllBytes(_photos.Photo("clear.webp", 323, 45, arguments));
        CraftedWebp.Names(source).ShouldBe(["VP8L"]);

        var attributed = AttributionWriter.Webp(source, Both);

        ShouldSay(attributed, "webp", Both);
        attributed.ShouldLookLike(source);
        CraftedWebp.Data(attributed, "VP8X").ShouldBe([0x18, 0, 0, 0, 66, 1, 0, 44, 0, 0]);
    }

    [Fact]
    public void An_animated_webp_keeps_its_frames()
    {
        var source = Cleaned.Of(_photos.Make("moving.webp", "-size", "60x40", "-delay", "20", "xc:red", "xc:lime", "xc:blue"));

        var attributed = AttributionWriter.Webp(source, Both);

        ShouldSay(attributed, "webp", Both);
        CraftedWebp.Names(attributed).ShouldBe([.. CraftedWebp.Names(source), "EXIF"]);
        Photos.Pixels(_photos.Path("attributed.webp")).ShouldBe(Photos.Pixels(_photos.Write("clean.webp", source)));
    }

    [Theory]
    [InlineData("Me", null)]
    [InlineData(null, "Me")]
    public void Only_what_is_known_is_said(string? copyright, string? artist)
    {
        using var bitmap = Gradient(bands: 3);
        using var encoded = JpegEncoder.Encode(bitmap, 85);

        ShouldSay(AttributionWriter.Jpeg(encoded.Bytes, new Attribution(copyright, artist)), "jpg", new Attribution(copyright, artist));
    }

    [Theory]
    [InlineData("jpg")]
    [InlineData("png")]
    [InlineData("webp")]
    public void A_clean_original_keeps_an_attribution_that_is_asked_for(string extension)
    {
        var path = _photos.Photo($"photo.{extension}", 90, 60);
        Photos.Tag(path, "-Artist=Me", "-Copyright=Mine", "-GPSLatitude=48", "-Orientation#=6");
        var source = File.ReadAllBytes(path);
        var type = ImageTypes.Sniff(source).ShouldNotBeNull();

        var clean = Cleaned.Try(source, type, Attribution.Read(source, type)).ShouldNotBeNull();

        Cleaned.Tags(_photos.Write($"clean.{extension}", clean)).ShouldBe(["IFD0:Orientation", "IFD0:Artist", "IFD0:Copyright"]);
        clean.ShouldLookLike(source);
    }

    public void Dispose() => _photos.Dispose();

    private static Bitmap Gradient(int bands)
    {
        var bitmap = Bitmap.Allocate(323, 45, bands);
        for (var i = 0; i < bitmap.Pixels.Length; i++)
        {
            bitmap.Pixels[i] = (byte)(i / 7);
        }

        return bitmap;
    }

    private void ShouldSay(byte[] file, string extension, Attribution expected)
    {
        var path = _photos.Write($"attributed.{extension}", file);

        string?[] tags = [expected.Artist is null ? null : "IFD0:Artist", expected.Copyright is null ? null : "IFD0:Copyright"];
        Cleaned.Tags(path).ShouldBe(tags.OfType<string>());
        Attribution.Read(file, ImageTypes.Sniff(file).ShouldNotBeNull()).ShouldBe(expected);
        file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(expected.Artist ?? expected.Copyright!)).ShouldBeGreaterThan(0);
    }
}
