namespace Pipeline.Imaging.Headers;

/// <summary>Reads numbers of any width from a box; what lies behind its end is told by <see cref="IsSound"/> and reads as 0.</summary>
internal ref struct HeifReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    /// <summary>All that was read was there.</summary>
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

    /// <summary>The next bytes as they are; empty if there are fewer.</summary>
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
