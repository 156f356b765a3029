using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Animation;

/// <summary>
/// Most animations store only what changes and leave the rest transparent, so they claim alpha although every frame is opaque when shown.
/// Three bands are resized in a fraction of the time of four.
/// </summary>
internal static class Opacity
{
    /// <summary>Takes the bitmap over: gives back either it or one without alpha in its place.</summary>
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

    /// <summary>A copy, without alpha if all of it is opaque.</summary>
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
        // As little-endian numbers, alpha is the upper byte of each.
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
