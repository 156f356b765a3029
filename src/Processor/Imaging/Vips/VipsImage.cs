using System.Runtime.InteropServices;

namespace Pipeline.Processor.Imaging.Vips;

/// <summary>One reference to an image of libvips, which is mostly a recipe for pixels that do not exist yet.</summary>
internal sealed class VipsImage : SafeHandle
{
    private const int UnsignedByte = 0;
    private const int Srgb = 22;
    private const string Profile = "icc-profile-data";
    private const int StripRows = 16;

    public VipsImage(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    public int Width => VipsNative.Width(this);

    public int Height => VipsNative.Height(this);

    public int Bands => VipsNative.Bands(this);

    public int Frames => VipsNative.Pages(this);

    /// <summary>1 to 8 as EXIF counts them; 1 if the file says nothing.</summary>
    public int Orientation => VipsNative.Orientation(this);

    /// <summary>The stored image lies on its side.</summary>
    public bool OnItsSide => Orientation >= 5;

    public bool HasAlpha => VipsNative.HasAlpha(this) != 0;

    public bool HasProfile => VipsNative.TypeOf(this, Profile) != 0;

    public bool IsEightBit => VipsNative.Format(this) == UnsignedByte;

    public bool IsSrgb => VipsNative.Interpretation(this) == Srgb;

    /// <summary>Looks at the pixels of a bitmap without a copy: it must outlive every image that is derived from this one.</summary>
    public static unsafe VipsImage Over(Bitmap bitmap)
    {
        fixed (byte* pixels = bitmap.Pixels)
        {
            var length = (nuint)bitmap.Pixels.Length;
            var image = VipsNative.NewFromMemory(pixels, length, bitmap.Width, bitmap.Height, bitmap.Bands, UnsignedByte);
            if (image == 0)
            {
                throw VipsRuntime.Error("new_from_memory");
            }

            using var bare = new VipsImage(image);
            return new VipsOperation("copy", "interpretation=srgb").With("in", bare).Run();
        }
    }

    /// <summary>Gives this image the colour profile of another one.</summary>
    public unsafe void TakeProfileOf(VipsImage other)
    {
        void* data;
        nuint length;
        if (VipsNative.GetBlob(other, Profile, &data, &length) == 0)
        {
            VipsNative.SetBlob(this, Profile, data, length);
        }
    }

    /// <summary>Computes the pixels strip by strip from top to bottom, without keeping them.</summary>
    public unsafe void ReadRows(VipsRowReader reader, CancellationToken cancellationToken)
    {
        var region = VipsNative.NewRegion(this);
        try
        {
            for (var top = 0; top < Height; top += StripRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                nuint length;
                var rows = VipsNative.FetchRegion(region, 0, top, Width, Math.Min(StripRows, Height - top), &length);
                if (rows == 0)
                {
                    throw VipsRuntime.Error("region_fetch");
                }

                try
                {
                    reader(new ReadOnlySpan<byte>((void*)rows, checked((int)length)));
                }
                finally
                {
                    GLibNative.Free(rows);
                }
            }
        }
        finally
        {
            GLibNative.Release(region);
        }
    }

    /// <summary>Computes the pixels; this is where a lazy image is decoded. Stops soon after the token is cancelled.</summary>
    public unsafe Bitmap ToBitmap(CancellationToken cancellationToken)
    {
        if (!IsEightBit || Bands is not (3 or 4))
        {
            throw new InvalidOperationException($"A bitmap has 3 or 4 bands of 8 bits, this image has {Bands}.");
        }

        nuint length;
        nint pixels;
        using (cancellationToken.Register(() => VipsNative.SetKill(this, kill: true)))
        {
            pixels = VipsNative.WriteToMemory(this, &length);
        }

        if (pixels != 0)
        {
            return new Bitmap(pixels, Width, Height, Bands, GLibNative.Free);
        }

        var error = VipsRuntime.Error("write_to_memory");
        cancellationToken.ThrowIfCancellationRequested();
        throw error;
    }

    protected override bool ReleaseHandle()
    {
        GLibNative.Release(handle);
        return true;
    }
}

/// <summary>Takes rows that are valid only while it runs.</summary>
internal delegate void VipsRowReader(ReadOnlySpan<byte> rows);
