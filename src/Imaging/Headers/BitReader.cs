namespace Pipeline.Imaging.Headers;

/// <summary>Reads numbers of any bit length, the highest bit first. A read past the end returns 0 and clears <see cref="IsSound"/>.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> data)
{
    private const int LongestGolomb = 31;

    private readonly ReadOnlySpan<byte> _data = data;
    private long _next;

    /// <summary>False after a read past the end.</summary>
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

    /// <summary>Reads an exponential Golomb code: the number plus one in binary, after one zero for each bit below its highest.</summary>
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
