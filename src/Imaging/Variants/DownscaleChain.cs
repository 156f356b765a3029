namespace Pipeline.Imaging.Variants;

/// <summary>Receives the whole image at one size. The raster is valid only during the call, and smaller sizes are derived from it.</summary>
internal delegate void SizeVisitor(VariantSize size, Raster scaled);

/// <summary>Derives each size from the next larger one, so that a photo is decoded once.</summary>
internal static class DownscaleChain
{
    /// <summary>Takes ownership of <paramref name="largest"/>; returns the smallest raster, which the caller disposes.</summary>
    public static Raster Run(Raster largest, IReadOnlyList<VariantSize> sizes, SizeVisitor visit, CancellationToken cancellationToken)
    {
        var raster = largest;
        try
        {
            for (var i = sizes.Count - 1; i >= 0; i--)
            {
                if (raster.Width != sizes[i].Scaled.Width || raster.Height != sizes[i].Scaled.Height)
                {
                    // Disposed after the resize, so that at most two sizes are in memory at a time.
                    using var larger = raster;
                    raster = larger.To(sizes[i].Scaled.Width, sizes[i].Scaled.Height, cancellationToken);
                }

                cancellationToken.ThrowIfCancellationRequested();
                visit(sizes[i], raster);
            }

            return raster;
        }
        catch
        {
            raster.Dispose();
            throw;
        }
    }
}
