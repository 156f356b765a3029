using Pipeline.Imaging.Isolation;
using Pipeline.Imaging.Profiles;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Watermarks;

/// <summary>A decoded watermark that can be drawn over variants of any size.</summary>
internal sealed class WatermarkLayer(Bitmap picture, Watermark settings) : IDisposable
{
    /// <summary>Distance from an edge, as a fraction of the variant's shorter side.</summary>
    private const double Margin = 0.02;

    /// <exception cref="DecoderException">The file is not an image; this is the operator's fault, not the asset's.</exception>
    public static WatermarkLayer Load(string path, Watermark settings, CancellationToken cancellationToken)
    {
        using var file = new SourceFile(path);
        if (ImageTypes.Sniff(file.Bytes) is not { } type)
        {
            throw new DecoderException("The watermark is not an image of a supported type.");
        }

        try
        {
            var (width, height, _) = VipsDecoder.ReadHeader(file.ForDecoder, type);
            return new WatermarkLayer(VipsDecoder.Decode(file.ForDecoder, type, width, height, cancellationToken), settings);
        }
        catch (VipsException e)
        {
            throw new DecoderException("The watermark cannot be decoded.", e);
        }
    }

    /// <summary>Draws the watermark into the target's pixels.</summary>
    public void LayOver(Bitmap target, CancellationToken cancellationToken)
    {
        // The configured width, but limited to the variant's height and never enlarged.
        var scale = Math.Min(1, Math.Min(target.Width * settings.Scale / picture.Width, (double)target.Height / picture.Height));
        var (width, height) = (Math.Max(1, (int)(picture.Width * scale)), Math.Max(1, (int)(picture.Height * scale)));
        using var mark = VipsResize.To(picture, width, height, cancellationToken);
        var margin = (int)(Math.Min(target.Width, target.Height) * Margin);
        var left = Place(Across, target.Width - mark.Width, margin);
        var top = Place(Down, target.Height - mark.Height, margin);
        for (var y = 0; y < mark.Height; y++)
        {
            Blend(mark.Row(y), mark.Bands, target.Row(top + y)[(left * target.Bands)..], target.Bands);
        }
    }

    public void Dispose() => picture.Dispose();

    /// <summary>−1 at the left, 0 in the middle, 1 at the right.</summary>
    private int Across => settings.Gravity switch
    {
        Gravity.NorthWest or Gravity.West or Gravity.SouthWest => -1,
        Gravity.NorthEast or Gravity.East or Gravity.SouthEast => 1,
        _ => 0,
    };

    /// <summary>−1 at the top, 0 in the middle, 1 at the bottom.</summary>
    private int Down => settings.Gravity switch
    {
        Gravity.NorthWest or Gravity.North or Gravity.NorthEast => -1,
        Gravity.SouthWest or Gravity.South or Gravity.SouthEast => 1,
        _ => 0,
    };

    private static int Place(int side, int room, int margin) => side switch
    {
        < 0 => Math.Min(margin, room),
        > 0 => Math.Max(room - margin, 0),
        _ => room / 2,
    };

    private void Blend(ReadOnlySpan<byte> mark, int markBands, Span<byte> target, int targetBands)
    {
        for (int m = 0, t = 0; m < mark.Length; m += markBands, t += targetBands)
        {
            var over = settings.Opacity * (markBands == 4 ? mark[m + 3] / 255.0 : 1);
            var under = (targetBands == 4 ? target[t + 3] / 255.0 : 1) * (1 - over);
            var alpha = over + under;
            if (alpha == 0)
            {
                continue;
            }

            for (var band = 0; band < 3; band++)
            {
                target[t + band] = Round(((mark[m + band] * over) + (target[t + band] * under)) / alpha);
            }

            if (targetBands == 4)
            {
                target[t + 3] = Round(alpha * 255);
            }
        }
    }

    private static byte Round(double value) => (byte)Math.Clamp(value + 0.5, 0, 255);
}
