namespace Pipeline.Imaging.Colours;

/// <summary>
/// Converts CMYK without a profile as browsers do: cyan, magenta and yellow reduce red, green and blue, and black reduces all three. Files
/// store inverted values, 255 for bare paper; Adobe introduced this, and it holds with or without the Adobe segment.
/// </summary>
internal static class CmykToRgb
{
    /// <param name="inks">Cyan, magenta, yellow, black, already inverted by libvips: 0 is bare paper.</param>
    public static Bitmap ToRgb(Bitmap inks)
    {
        var rgb = Bitmap.Allocate(inks.Width, inks.Height, 3);
        var from = inks.Pixels;
        var to = rgb.Pixels;
        for (int read = 0, write = 0; read < from.Length; read += 4, write += 3)
        {
            var light = 255 - from[read + 3];
            for (var colour = 0; colour < 3; colour++)
            {
                to[write + colour] = (byte)((((255 - from[read + colour]) * light) + 127) / 255);
            }
        }

        return rgb;
    }
}
