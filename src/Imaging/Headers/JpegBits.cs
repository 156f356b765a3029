namespace Pipeline.Imaging.Headers;

/// <summary>Reads the compressed pixels of a JPEG bit by bit. Never reads past a marker or the end.</summary>
internal ref struct JpegBits(ReadOnlySpan<byte> pixels)
{
    private const byte Prefix = 0xFF;
    private const int CodeLength = 16;

    private readonly ReadOnlySpan<byte> _pixels = pixels;
    private int _position;
    private ulong _held;
    private int _count;

    /// <summary>True if all bytes were used, apart from prefixes at the end.</summary>
    public bool IsOver
    {
        get
        {
            Fill();
            return _count < 8 && _pixels[_position..].IndexOfAnyExcept(Prefix) < 0;
        }
    }

    /// <summary>Reads a code; false if the bits are none, or too few.</summary>
    public bool Code(ushort[] codes, out int value)
    {
        Fill();

        // Behind the end there are ones, which no code consists of.
        var bits = _count >= CodeLength ? _held >> (_count - CodeLength) : (_held << (CodeLength - _count)) | (0xFFFFUL >> _count);
        var code = codes[(ushort)bits];
        value = code & 0xFF;
        var length = code >> 8;
        return length > 0 && Skip(length);
    }

    /// <summary>Passes a number of bits up to 16; false if there are too few.</summary>
    public bool Skip(int bits)
    {
        Fill();
        _count -= bits;
        return _count >= 0;
    }

    /// <summary>Passes the marker of a restart; false if another byte comes first.</summary>
    /// <param name="number">Of the restart, from 1.</param>
    public bool Restart(int number)
    {
        Fill();
        if (_count >= 8)
        {
            return false;
        }

        var prefixes = _pixels[_position..].IndexOfAnyExcept(Prefix);
        if (prefixes < 1 || _pixels[_position + prefixes] != (0xD0 | ((number - 1) & 7)))
        {
            return false;
        }

        (_position, _count, _held) = (_position + prefixes + 1, 0, 0);
        return true;
    }

    private void Fill()
    {
        while (_count is >= 0 and <= 48 && _position < _pixels.Length)
        {
            var value = _pixels[_position];
            if (value == Prefix)
            {
                if (_position + 1 >= _pixels.Length || _pixels[_position + 1] != 0)
                {
                    return;
                }

                _position++;
            }

            _position++;
            _held = (_held << 8) | value;
            _count += 8;
        }
    }
}
