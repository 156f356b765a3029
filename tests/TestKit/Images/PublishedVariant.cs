using System.Buffers.Binary;
using System.Text;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace Pipeline.TestKit.Images;

/// <summary>
/// A JPEG or WebP variant as ImageSharp reads it, a decoder that shares no code with our engine or with the tools beside it. It has known
/// flaws with hostile images, so it reads variants that we made, and never an original.
/// </summary>
public sealed class PublishedVariant
{
    /// <summary>The only parts of a variant: what a decoder needs for its pixels. SOF2 begins a progressive frame, SOF0 a baseline one.</summary>
    private static readonly HashSet<string> OfPixels = ["APP0", "DHT", "DQT", "DRI", "SOF2", "SOS", "VP8 ", "VP8L", "VP8X", "ALPH"];

    private readonly byte[] _rgb;

    private PublishedVariant(Image<Rgb24> image, IEnumerable<string> parts)
    {
        (Width, Height, Frames) = (image.Width, image.Height, image.Frames.Count);
        Unwanted = [.. Metadata(image).Concat(parts.Where(part => !OfPixels.Contains(part)))];
        _rgb = new byte[Width * Height * 3];
        image.CopyPixelDataTo(_rgb);
    }

    public int Width { get; }

    public int Height { get; }

    public int Frames { get; }

    /// <summary>Must be empty: metadata, comments, profiles, and the frame of a JPEG that is not progressive.</summary>
    public IReadOnlyList<string> Unwanted { get; }

    /// <summary>Red, green and blue of each pixel, by rows.</summary>
    public ReadOnlySpan<byte> Rgb => _rgb;

    /// <summary>Reads a variant.</summary>
    /// <exception cref="ArgumentException">It is neither JPEG nor WebP.</exception>
    public static PublishedVariant Read(byte[] bytes)
    {
        var isJpeg = bytes.AsSpan().StartsWith((byte[])[0xFF, 0xD8]);
        using var image = isJpeg ? Image.Load<Rgb24>(bytes, new JpegDecoder()) : Image.Load<Rgb24>(bytes, new WebpDecoder());
        return new PublishedVariant(image, isJpeg ? Markers(bytes) : Chunks(bytes));
    }

    /// <summary>The mean colour of a block of pixels, as a number for each of red, green and blue.</summary>
    public double[] MeanColour(int x, int y, int side)
    {
        var sum = new double[3];
        for (var row = y; row < y + side; row++)
            for (var column = x; column < x + side; column++)
                for (var band = 0; band < 3; band++)
                    sum[band] += _rgb[(((row * Width) + column) * 3) + band];
        return [.. sum.Select(value => value / (side * side))];
    }

    private static IEnumerable<string> Metadata(Image image)
    {
        if (image.Metadata.ExifProfile is not null) yield return "EXIF";
        if (image.Metadata.XmpProfile is not null) yield return "XMP";
        if (image.Metadata.IptcProfile is not null) yield return "IPTC";
        if (image.Metadata.IccProfile is not null) yield return "ICC";
    }

    private static IEnumerable<string> Markers(byte[] jpeg)
    {
        for (var at = 2; at + 4 <= jpeg.Length;)
        {
            var marker = jpeg[at + 1];
            if (jpeg[at] != 0xFF || marker is 0x00 or 0xFF or (>= 0xD0 and <= 0xD7))
            {
                at++; // compressed pixels
                continue;
            }

            yield return marker switch
            {
                0xC4 => "DHT",
                0xDA => "SOS",
                0xDB => "DQT",
                0xDD => "DRI",
                0xFE => "COM",
                >= 0xC0 and <= 0xCF => $"SOF{marker - 0xC0}",
                >= 0xE0 and <= 0xEF => $"APP{marker - 0xE0}",
                _ => $"{marker:X2}",
            };
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2));
        }
    }

    private static IEnumerable<string> Chunks(byte[] webp)
    {
        for (long at = 12; at + 8 <= webp.Length;)
        {
            yield return Encoding.ASCII.GetString(webp, (int)at, 4);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(webp.AsSpan((int)at + 4));
            at += 8 + length + (length & 1);
        }
    }
}
