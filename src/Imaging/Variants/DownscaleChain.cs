using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Variants;

/// <summary>Receives the whole image at one size. The bitmap is valid only during the call, and smaller sizes are derived from it.</summary>
internal delegate void SizeVisitor(VariantSize size, Bitmap scaled);

/// <summary>Derives each size from the next larger one, so that a photo is decoded once.</summary>
internal static class DownscaleChain
{
    /// <summary>Takes ownership of <paramref name="largest"/>; returns the smallest bitmap, which the caller disposes.</summary>
    public static Bitmap Run(Bitmap largest, IReadOnlyList<VariantSize> sizes, SizeVisitor visit, CancellationToken cancellationToken)
    {
        var bitmap = largest;
        try
        {
            for (var i = sizes.Count - 1; i >= 0; i--)
            {
                if (bitmap.Width != sizes[i].Scaled.Width || bitmap.Height != sizes[i].Scaled.Height)
                {
                    // Disposed after the resize, so that at most two sizes are in memory at a time.
                    using var larger = bitmap;
                    bitmap = VipsResize.To(larger, sizes[i].Scaled.Width, sizes[i].Scaled.Height, cancellationToken);
                }

                cancellationToken.ThrowIfCancellationRequested();
                visit(sizes[i], bitmap);
            }

            return bitmap;
        }
        catch
        {
            bitmap.Dispose();
            throw;
        }
    }
}
