namespace Pipeline.Imaging.Codecs;

/// <summary>An encoded image in the encoder's native memory; disposal frees it.</summary>
internal sealed unsafe class EncodedImage(nint data, int length, Action<nint> free) : IDisposable
{
    private nint _data = data;

    /// <summary>Valid until the image is disposed of.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_data == 0, this);
            return new ReadOnlySpan<byte>((void*)_data, length);
        }
    }

    public void Dispose()
    {
        if (_data != 0)
        {
            free(_data);
            _data = 0;
        }
    }
}
