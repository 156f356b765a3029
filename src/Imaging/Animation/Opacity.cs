using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Animation;

/// <summary>
/// Drops the alpha of opaque frames, because resizing three bands takes a fraction of the time of four. Most animations store only the
/// pixels that change and leave the rest transparent, so they declare alpha although every displayed frame is opaque.
/// </summary>
internal static class Opacity
{
    /// <summary>Takes ownership of the bitmap. Returns it, or disposes of it and returns a copy without alpha.</summary>
    public static Bitmap DropUnlessNeeded(Bitmap bitmap)
    {
        if (!bitmap.HasAlpha || !IsOpaque(bitmap))
        {
            return bitmap;
        }

        using (bitmap)
        {
            return WithoutAlpha(bitmap);
        }
    }

    /// <summary>Returns a copy, without alpha if every pixel is opaque.</summary>
    public static Bitmap Copy(Bitmap bitmap) => IsOpaque(bitmap) ? WithoutAlpha(bitmap) : bitmap.Copy();

    private static Bitmap WithoutAlpha(Bitmap bitmap)
    {
        var opaque = Bitmap.Allocate(bitmap.Width, bitmap.Height, 3);
        var from = bitmap.Pixels;
        var to = opaque.Pixels;
        for (int i = 0, o = 0; o < to.Length; i += 4, o += 3)
        {
            to[o] = from[i];
            to[o + 1] = from[i + 1];
            to[o + 2] = from[i + 2];
        }

        return opaque;
    }

    private static bool IsOpaque(Bitmap bitmap)
    {
        // Each pixel is one little-endian 32-bit number; alpha is its highest byte.
        foreach (var pixel in MemoryMarshal.Cast<byte, uint>(bitmap.Pixels))
        {
            if (pixel < 0xFF000000)
            {
                return false;
            }
        }

        return true;
    }
}
