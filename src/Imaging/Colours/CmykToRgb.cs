namespace Pipeline.Imaging.Colours;

/// <summary>
/// Shows four inks as browsers do where no profile says what they look like: each ink takes its light away, and black takes from all. The
/// numbers in a file are what an ink leaves, 255 for bare paper, as Adobe began it and whether its segment stands there or not.
/// </summary>
internal static class CmykToRgb
{
    /// <param name="inks">Cyan, magenta, yellow, black, which libvips has turned around: 0 is bare paper.</param>
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
