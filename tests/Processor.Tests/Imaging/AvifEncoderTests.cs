using System.Text;
using Pipeline.Imaging;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Vips;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class AvifEncoderTests : IDisposable
{
    private readonly Photos _photos = new();

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Pixels_come_back_as_they_went_in_also_half_transparent_ones(int bands)
    {
        using var bitmap = SomeAnimation.Filled(61, 37, new byte[] { 200, 90, 40, 128 }[..bands]);
        using var avif = AvifEncoder.Encode(bitmap, quality: 90, effort: 0, CancellationToken.None);
        VipsInputs.Open(["avif"]);

        using var file = new SourceFile(_photos.Write("back.avif", avif.Bytes));
        using var back = VipsDecoder.Decode(file.Bytes, ImageType.Avif, 61, 37, CancellationToken.None);

        (back.Width, back.Height, back.Bands).ShouldBe((61, 37, bands));
        for (var band = 0; band < bands; band++)
        {
            ((double)back.Pixels[((20 * 61) + 30) * bands + band]).ShouldBe(bitmap.Pixels[band], 4);
        }
    }

    [Fact]
    public void Another_program_sees_an_avif_of_8_bits_without_metadata()
    {
        using var bitmap = SomeAnimation.Noise(200, 150, 1);
        using var avif = AvifEncoder.Encode(bitmap, quality: 60, effort: 2, CancellationToken.None);
        var path = _photos.Write("bare.avif", avif.Bytes);

        var metadata = Photos.Metadata(path);
        metadata.ShouldContain("image/avif");
        metadata.ShouldContain("200x150");
        metadata.ShouldContain("YUV 4:2:0");
        metadata.ShouldContain("8 8 8");

        // The names of such items in a box file, and the first bytes of their content.
        foreach (var mark in new[] { "Exif", "mime", "xmpmeta", "prof", "rICC", "acsp", "Artist" })
        {
            HeaderOf(avif.Bytes).IndexOf(Encoding.ASCII.GetBytes(mark)).ShouldBe(-1, mark);
        }
    }

    [Fact]
    public void A_higher_quality_takes_more_bytes()
    {
        using var bitmap = SomeAnimation.Noise(200, 150, 1);
        using var poor = AvifEncoder.Encode(bitmap, quality: 20, effort: 0, CancellationToken.None);
        using var good = AvifEncoder.Encode(bitmap, quality: 90, effort: 0, CancellationToken.None);

        good.Bytes.Length.ShouldBeGreaterThan(poor.Bytes.Length * 2);
    }

    [Fact]
    public void A_cancelled_encoding_gives_nothing()
    {
        using var bitmap = SomeAnimation.Noise(20, 15, 1);

        Should.Throw<OperationCanceledException>(() => AvifEncoder.Encode(bitmap, 60, 0, new CancellationToken(canceled: true)));
    }

    public void Dispose()
    {
        VipsRuntime.EndThread();
        _photos.Dispose();
    }

    private static ReadOnlySpan<byte> HeaderOf(ReadOnlySpan<byte> avif) => avif[..avif.IndexOf("mdat"u8)];
}
