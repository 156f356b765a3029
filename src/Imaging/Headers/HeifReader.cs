namespace Pipeline.Imaging.Headers;

/// <summary>Reads numbers of any width from a box. A read past its end returns 0 and clears <see cref="IsSound"/>.</summary>
internal ref struct HeifReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    /// <summary>False after a read past the end.</summary>
    public bool IsSound { get; private set; } = true;

    /// <param name="bytes">0 to 8.</param>
    public ulong Number(int bytes)
    {
        if (bytes > _rest.Length)
        {
            IsSound = false;
            return 0;
        }

        ulong value = 0;
        for (var i = 0; i < bytes; i++)
        {
            value = (value << 8) | _rest[i];
        }

        _rest = _rest[bytes..];
        return value;
    }

    /// <summary>Returns the next bytes; empty if fewer are left.</summary>
    public ReadOnlySpan<byte> Take(int bytes)
    {
        IsSound &= bytes <= _rest.Length;
        if (!IsSound)
        {
            return default;
        }

        var taken = _rest[..bytes];
        _rest = _rest[bytes..];
        return taken;
    }

    public int Int(int bytes) => (int)Math.Min(Number(bytes), int.MaxValue);
}
