using Pipeline.Imaging;
using Pipeline.Imaging.Variants;
using Pipeline.Imaging.Vips;

namespace Pipeline.Processor.Tests.Imaging.Planes;

/// <summary>
/// Planes refuse no file that libvips takes, since libvips judges every file that the planar decoder does not take. In rare cases they take one that libvips
/// refuses: libjpeg-turbo notices a bad Huffman code of a baseline JPEG only near the end of its input buffer, and libvips hands over small buffers.
/// </summary>
public sealed class PlanarFaultTests : IDisposable
{
    private readonly Workbench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("2x2", "None")]
    [InlineData("2x1", "None")]
    [InlineData("1x1", "JPEG")]
    [InlineData("2x2", "JPEG")]
    public void A_mutated_file_gets_the_verdict_of_libvips(string sampling, string interlace)
    {
        var whole = File.ReadAllBytes(_bench.Photos.Photo($"whole{sampling}{interlace}.jpg", 320, 240, "-sampling-factor", sampling, "-interlace", interlace));
        var random = new Random(sampling[0] + interlace.Length);
        var (refused, taken, planar, unnoticed) = (0, 0, 0, 0);
        for (var i = 0; i < 400; i++)
        {
            var jpeg = Mutate(whole, random);
            var byVips = Outcome(jpeg, (header, width, height) => new Raster(VipsDecoder.Decode(header, jpeg, ImageType.Jpeg, width, height, CancellationToken.None)), out _);
            var ours = Outcome(jpeg, (header, width, height) => PhotoDecoder.Decode(header, jpeg, ImageType.Jpeg, width, height, CancellationToken.None), out var isPlanar);

            (ours || !byVips).ShouldBeTrue($"mutation {i}");
            unnoticed += ours == byVips ? 0 : 1;
            _ = ours ? taken++ : refused++;
            planar += isPlanar ? 1 : 0;
        }

        unnoticed.ShouldBeLessThanOrEqualTo(interlace == "None" ? 4 : 0);
        Math.Min(refused, taken).ShouldBeGreaterThan(20);
        planar.ShouldBeGreaterThan(20);
    }

    // The pixels are whole, and libvips does not read past them.
    [Fact]
    public void A_photo_without_its_end_marker_is_still_shown()
    {
        var whole = File.ReadAllBytes(_bench.Photos.Photo("whole.jpg", 160, 120));
        whole[^2..].ShouldBe([0xFF, 0xD9]);

        Outcome(whole[..^2], (header, width, height) => PhotoDecoder.Decode(header, whole.AsSpan(0, whole.Length - 2), ImageType.Jpeg, width, height, CancellationToken.None), out _)
            .ShouldBe(Outcome(whole[..^2], (header, width, height) => new Raster(VipsDecoder.Decode(header, whole.AsSpan(0, whole.Length - 2), ImageType.Jpeg, width, height, CancellationToken.None)), out _));
    }

    private static bool Outcome(byte[] jpeg, Func<VipsImage, int, int, Raster> decode, out bool isPlanar)
    {
        isPlanar = false;
        try
        {
            using var header = VipsSource.Open(jpeg, ImageType.Jpeg);
            using var raster = decode(header, Math.Max(1, header.Width / 2), Math.Max(1, header.Height / 2));
            isPlanar = raster.IsPlanar;
            return true;
        }
        catch (VipsException)
        {
            return false;
        }
    }

    /// <summary>One change, half of them in the header. The size stays below 65,536 a side, so a decode stays short.</summary>
    private static byte[] Mutate(byte[] whole, Random random)
    {
        var at = 2 + random.Next(random.Next(2) == 0 ? 700 : whole.Length - 4);
        switch (random.Next(4))
        {
            case 0:
                return whole[..at];
            case 1:
                return [.. whole[..at], .. whole[Math.Min(whole.Length, at + 1 + random.Next(30))..]];
            default:
                var bytes = (byte[])[.. whole];
                bytes[at] = (byte)(random.Next(2) == 0 ? random.Next(256) : bytes[at] ^ (1 << random.Next(8)));
                return bytes;
        }
    }
}
