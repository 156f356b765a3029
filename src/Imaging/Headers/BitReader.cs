namespace Pipeline.Imaging.Headers;

/// <summary>Reads numbers of some bits, the highest bit first; what lies behind the end is told by <see cref="IsSound"/> and reads as 0.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> data)
{
    private const int LongestGolomb = 31;

    private readonly ReadOnlySpan<byte> _data = data;
    private long _next;

    /// <summary>All that was read was there.</summary>
    public bool IsSound { get; private set; } = true;

    public bool Flag() => Bits(1) != 0;

    /// <param name="count">0 to 32.</param>
    public uint Bits(int count)
    {
        if (_next + count > _data.Length * 8L)
        {
            IsSound = false;
            return 0;
        }

        var value = 0u;
        for (; count > 0; count--, _next++)
        {
            value = (value << 1) | (uint)((_data[(int)(_next >> 3)] >> (7 - (int)(_next & 7))) & 1);
        }

        return value;
    }

    public void Skip(long count)
    {
        IsSound &= count >= 0 && _next + count <= _data.Length * 8L;
        _next = IsSound ? _next + count : _next;
    }

    /// <summary>As many zeros as the number has bits below its highest one, and then the number plus one (exponential Golomb).</summary>
    public uint Golomb()
    {
        var zeros = 0;
        while (IsSound && !Flag())
        {
            IsSound &= ++zeros <= LongestGolomb;
        }

        return IsSound ? (1u << zeros) - 1 + Bits(zeros) : 0;
    }
}
