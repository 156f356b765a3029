namespace Pipeline.Imaging.Planes;

/// <summary>Turns a photo upright by its EXIF orientation.</summary>
/// <param name="Orientation">1 to 8; any other value means 1.</param>
internal readonly record struct PlanarTurn(int Orientation)
{
    /// <summary>Side of the squares that are turned at a time, so that reads and writes stay in the processor's cache.</summary>
    private const int Square = 32;

    /// <summary>True if the rows of the stored image run from right to left.</summary>
    public bool MirrorsRows => Orientation is 2 or 3 or 7 or 8;

    /// <summary>True if the columns of the stored image run upwards.</summary>
    public bool MirrorsColumns => Orientation is 3 or 4 or 6 or 7;

    private bool IsSideways => Orientation is >= 5 and <= 8;

    /// <summary>Takes ownership of the image.</summary>
    public PlanarImage Apply(PlanarImage lying)
    {
        if (Orientation is < 2 or > 8)
        {
            return lying;
        }

        using (lying)
        {
            var upright = IsSideways
                ? PlanarImage.Allocate(lying.Height, lying.Width, lying.Down, lying.Across)
                : PlanarImage.Allocate(lying.Width, lying.Height, lying.Across, lying.Down);
            for (var plane = 0; plane < PlanarImage.Count; plane++)
            {
                var (width, height) = (lying.WidthOf(plane), lying.HeightOf(plane));
                if (IsSideways)
                {
                    TurnSideways(lying.Plane(plane), width, height, upright.Plane(plane));
                }
                else
                {
                    Mirror(lying.Plane(plane), width, height, upright.Plane(plane));
                }
            }

            return upright;
        }
    }

    private void Mirror(ReadOnlySpan<byte> from, int width, int height, Span<byte> to)
    {
        for (var y = 0; y < height; y++)
        {
            var row = to.Slice(y * width, width);
            from.Slice((MirrorsColumns ? height - 1 - y : y) * width, width).CopyTo(row);
            if (MirrorsRows)
            {
                row.Reverse();
            }
        }
    }

    private void TurnSideways(ReadOnlySpan<byte> from, int width, int height, Span<byte> to)
    {
        for (var top = 0; top < height; top += Square)
        {
            for (var left = 0; left < width; left += Square)
            {
                var (bottom, right) = (Math.Min(top + Square, height), Math.Min(left + Square, width));
                for (var x = left; x < right; x++)
                {
                    var row = (MirrorsRows ? width - 1 - x : x) * height;
                    for (var y = top; y < bottom; y++)
                    {
                        to[row + (MirrorsColumns ? height - 1 - y : y)] = from[(y * width) + x];
                    }
                }
            }
        }
    }
}
