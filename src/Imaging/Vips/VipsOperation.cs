using Pipeline.Imaging.Codecs;

namespace Pipeline.Imaging.Vips;

/// <summary>
/// One call of a libvips operation: name and options as text, inputs by <see cref="With(string, VipsImage)"/>, then <see cref="Run"/>.
/// </summary>
internal unsafe ref struct VipsOperation
{
    private readonly string _name;
    private nint _operation;

    /// <summary>Throws if libvips does not know the name or an option: that is a bug in our code, not a fault of the file.</summary>
    public VipsOperation(string name, string options)
    {
        _name = name;
        _operation = VipsNative.NewOperation(name);
        if (_operation == 0)
        {
            throw new InvalidOperationException("libvips lacks an operation.", VipsRuntime.Error(name));
        }

        if (VipsNative.SetOptions(_operation, options) != 0)
        {
            Release();
            throw new InvalidOperationException("libvips does not support an option.", VipsRuntime.Error(name));
        }
    }

    public readonly VipsOperation With(string property, VipsImage image)
    {
        GValue value = default;
        GLibNative.InitValue(&value, VipsNative.ImageType());
        GLibNative.SetObject(&value, image);
        GLibNative.SetProperty(_operation, property, &value);
        GLibNative.ClearValue(&value);
        return this;
    }

    /// <summary>The memory is not copied: it must outlive every image that is derived from the result.</summary>
    public readonly VipsOperation With(string property, ReadOnlySpan<byte> unmanaged)
    {
        fixed (byte* data = unmanaged)
        {
            var blob = VipsNative.NewBlob(free: 0, data, (nuint)unmanaged.Length);
            GValue value = default;
            GLibNative.InitValue(&value, VipsNative.BlobType());
            GLibNative.SetBoxed(&value, blob);
            GLibNative.SetProperty(_operation, property, &value);
            GLibNative.ClearValue(&value);
            VipsNative.ReleaseBlob(blob);
            return this;
        }
    }

    public VipsImage Run()
    {
        Build();
        GValue value = default;
        GLibNative.InitValue(&value, VipsNative.ImageType());
        GLibNative.GetProperty(_operation, "out", &value);
        var image = new VipsImage(GLibNative.DuplicateObject(&value));
        GLibNative.ClearValue(&value);
        Release();
        return image;
    }

    /// <summary>The same for an operation that saves to memory.</summary>
    public EncodedImage RunToBytes()
    {
        Build();
        GValue value = default;
        GLibNative.InitValue(&value, VipsNative.BlobType());
        GLibNative.GetProperty(_operation, "buffer", &value);
        var blob = GLibNative.DuplicateBoxed(&value);
        GLibNative.ClearValue(&value);
        Release();
        nuint length;
        var bytes = VipsNative.BlobBytes(blob, &length);
        return new EncodedImage(bytes, checked((int)length), _ => VipsNative.ReleaseBlob(blob));
    }

    private void Build()
    {
        var operation = _operation;
        var failed = VipsNative.Build(&operation) != 0;
        _operation = operation;
        if (failed)
        {
            var error = VipsRuntime.Error(_name);
            Release();
            throw error;
        }
    }

    private void Release()
    {
        VipsNative.ReleaseOutputs(_operation);
        GLibNative.Release(_operation);
        _operation = 0;
    }
}
