using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Vips;

/// <summary>One reference to a libvips image, which is lazy: usually its pixels are not computed yet.</summary>
internal sealed class VipsImage : SafeHandle
{
    private const int UnsignedByte = 0;
    private const int Srgb = 22;
    private const int Cmyk = 15;
    private const string Profile = "icc-profile-data";
    private const int StripRows = 16;

    public VipsImage(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    public int Width => VipsNative.Width(this);

    public int Height => VipsNative.Height(this);

    public int Bands => VipsNative.Bands(this);

    public int Frames => VipsNative.Pages(this);

    /// <summary>Height of one frame if several are stacked vertically; otherwise the height of the image.</summary>
    public int FrameHeight => VipsNative.PageHeight(this);

    /// <summary>EXIF orientation, 1 to 8; 1 if the file has none.</summary>
    public int Orientation => VipsNative.Orientation(this);

    /// <summary>True if the stored image is rotated by 90 or 270 degrees.</summary>
    public bool IsSideways => Orientation >= 5;

    public bool HasAlpha => VipsNative.HasAlpha(this) != 0;

    public bool HasProfile => VipsNative.TypeOf(this, Profile) != 0;

    /// <summary>Number of bands without alpha.</summary>
    public int ColourBands => HasAlpha ? Bands - 1 : Bands;

    public bool IsEightBit => VipsNative.Format(this) == UnsignedByte;

    public bool IsSrgb => VipsNative.Interpretation(this) == Srgb;

    /// <summary>True if the pixels are amounts of four inks.</summary>
    public bool IsCmyk => VipsNative.Interpretation(this) == Cmyk && Bands == 4;

    /// <summary>Wraps the pixels of a bitmap without a copy: the bitmap must outlive every image that is derived from this one.</summary>
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

    /// <summary>Gives this image a colour profile.</summary>
    public unsafe void SetProfile(ReadOnlySpan<byte> profile)
    {
        fixed (byte* data = profile)
        {
            VipsNative.SetBlob(this, Profile, data, (nuint)profile.Length);
        }
    }

    /// <summary>The embedded colour profile, or an empty span; valid as long as the image.</summary>
    public unsafe ReadOnlySpan<byte> ReadProfile()
    {
        void* data;
        nuint length;
        return HasProfile && VipsNative.GetBlob(this, Profile, &data, &length) == 0 ? new ReadOnlySpan<byte>(data, checked((int)length)) : default;
    }

    /// <summary>A metadata field with one integer, or null.</summary>
    public unsafe int? Number(string field)
    {
        int value;
        return VipsNative.TypeOf(this, field) != 0 && VipsNative.GetInt(this, field, &value) == 0 ? value : null;
    }

    /// <summary>A metadata field with several integers, or an empty span; valid as long as the image.</summary>
    public unsafe ReadOnlySpan<int> Numbers(string field)
    {
        int* values;
        int count;
        return VipsNative.TypeOf(this, field) != 0 && VipsNative.GetInts(this, field, &values, &count) == 0
            ? new ReadOnlySpan<int>(values, count)
            : default;
    }

    /// <summary>Computes the pixels strip by strip from top to bottom, without keeping them.</summary>
    public void ReadRows(VipsRowReader reader, CancellationToken cancellationToken) => ReadRows(0, Height, reader, cancellationToken);

    /// <summary>The same for a range of rows.</summary>
    public unsafe void ReadRows(int first, int count, VipsRowReader reader, CancellationToken cancellationToken)
    {
        var region = VipsNative.NewRegion(this);
        try
        {
            for (var top = first; top < first + count; top += StripRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                nuint length;
                var rows = VipsNative.FetchRegion(region, 0, top, Width, Math.Min(StripRows, first + count - top), &length);
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

    /// <summary>Computes a range of rows as a bitmap, without keeping the rest.</summary>
    public Bitmap ReadBitmap(int first, int count, CancellationToken cancellationToken)
    {
        var bitmap = Bitmap.Allocate(Width, count, Bands);
        try
        {
            var written = 0;
            ReadRows(first, count, rows =>
            {
                rows.CopyTo(bitmap.Pixels[written..]);
                written += rows.Length;
            }, cancellationToken);
            return bitmap;
        }
        catch
        {
            bitmap.Dispose();
            throw;
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

/// <summary>Receives rows that are valid only during the call.</summary>
internal delegate void VipsRowReader(ReadOnlySpan<byte> rows);
