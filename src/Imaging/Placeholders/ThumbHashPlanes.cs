namespace Pipeline.Imaging.Placeholders;

/// <summary>The components of a ThumbHash, with transparent pixels composited over the mean colour of the visible ones.</summary>
internal sealed record ThumbHashPlanes(double[] Light, double[] YellowBlue, double[] RedGreen, double[] Alpha, bool HasAlpha)
{
    public static ThumbHashPlanes Of(Bitmap bitmap)
    {
        var pixels = bitmap.Pixels;
        var count = bitmap.Width * bitmap.Height;
        var alpha = new double[count];
        double red = 0, green = 0, blue = 0, visible = 0;
        for (int i = 0, p = 0; i < count; i++, p += bitmap.Bands)
        {
            alpha[i] = bitmap.HasAlpha ? pixels[p + 3] / 255.0 : 1;
            red += alpha[i] / 255 * pixels[p];
            green += alpha[i] / 255 * pixels[p + 1];
            blue += alpha[i] / 255 * pixels[p + 2];
            visible += alpha[i];
        }

        if (visible > 0)
        {
            (red, green, blue) = (red / visible, green / visible, blue / visible);
        }

        var planes = new ThumbHashPlanes(new double[count], new double[count], new double[count], alpha, visible < count);
        for (int i = 0, p = 0; i < count; i++, p += bitmap.Bands)
        {
            var r = (red * (1 - alpha[i])) + (alpha[i] / 255 * pixels[p]);
            var g = (green * (1 - alpha[i])) + (alpha[i] / 255 * pixels[p + 1]);
            var b = (blue * (1 - alpha[i])) + (alpha[i] / 255 * pixels[p + 2]);
            planes.Light[i] = (r + g + b) / 3;
            planes.YellowBlue[i] = ((r + g) / 2) - b;
            planes.RedGreen[i] = r - g;
        }

        return planes;
    }
}
