using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Animation;

/// <summary>Unpacks the LZW pixels of one GIF frame in stored order. Each pixel is an index into the colour table.</summary>
internal ref struct GifUnpacker
{
    private const int MaxBits = 12;
    private const int MaxCodes = 1 << MaxBits;
    private const int None = -1;

    private readonly ReadOnlySpan<byte> _blocks;
    private readonly int _clear;

    // Each code stands for the pixels of an earlier code plus one more pixel.
    private readonly short[] _before = new short[MaxCodes];
    private readonly byte[] _last = new byte[MaxCodes];

    // The pixels of the latest code, stored at the end of the array.
    private readonly byte[] _text = new byte[MaxCodes + 1];
    private int _textStart = MaxCodes + 1;

    private int _next;
    private int _bits;
    private int _previous;
    private int _position;
    private int _leftInBlock;
    private uint _buffer;
    private int _buffered;

    /// <param name="data">Starts with the byte that holds the minimum code size.</param>
    /// <exception cref="VipsException">The minimum code size is not 1 to 8 bits.</exception>
    public GifUnpacker(ReadOnlySpan<byte> data)
    {
        if (data is not [>= 1 and <= 8 and var bits, .. var blocks])
        {
            throw Damaged("codes of an invalid length");
        }

        _blocks = blocks;
        _clear = 1 << bits;
        Forget();
    }

    /// <summary>Fills the span, or as much of it as the frame has pixels.</summary>
    /// <returns>The number of pixels written; less than the span only if the end code comes first.</returns>
    /// <exception cref="VipsException">The pixels are damaged or cut short.</exception>
    public int Read(Span<byte> pixels)
    {
        var read = 0;
        while (read < pixels.Length && (_textStart < _text.Length || Advance()))
        {
            var count = Math.Min(_text.Length - _textStart, pixels.Length - read);
            _text.AsSpan(_textStart, count).CopyTo(pixels[read..]);
            _textStart += count;
            read += count;
        }

        return read;
    }

    private static VipsException Damaged(string how) => new("gif", how);

    private void Forget() => (_next, _bits, _previous) = (_clear + 2, int.Log2(_clear) + 1, None);

    /// <returns>False at the end code.</returns>
    private bool Advance()
    {
        var code = ReadCode();
        while (code == _clear)
        {
            Forget();
            code = ReadCode();
        }

        if (code == _clear + 1)
        {
            return false;
        }

        if (code > _next || (_previous == None && code > _clear))
        {
            throw Damaged("an undefined code");
        }

        AppendString(code);
        if (_previous != None && _next < MaxCodes)
        {
            (_before[_next], _last[_next]) = ((short)_previous, _text[_textStart]);
            _next++;
            if (_next == 1 << _bits && _bits < MaxBits)
            {
                _bits++;
            }
        }

        _previous = code;
        return true;
    }

    private void AppendString(int code)
    {
        var at = _text.Length;
        if (code == _next)
        {
            // This code is not in the table yet: it stands for the previous code's pixels plus the first of them again.
            code = _previous;
            at--;
        }

        var end = at;
        while (code > _clear)
        {
            _text[--at] = _last[code];
            code = _before[code];
        }

        _text[--at] = (byte)code;
        _textStart = at;
        if (end < _text.Length)
        {
            _text[end] = (byte)code;
        }
    }

    private int ReadCode()
    {
        while (_buffered < _bits)
        {
            if (_leftInBlock == 0)
            {
                _leftInBlock = ReadByte();
                if (_leftInBlock == 0)
                {
                    throw Damaged("the pixels are cut short");
                }
            }

            _buffer |= (uint)ReadByte() << _buffered;
            _buffered += 8;
            _leftInBlock--;
        }

        var code = (int)(_buffer & ((1u << _bits) - 1));
        _buffer >>= _bits;
        _buffered -= _bits;
        return code;
    }

    private byte ReadByte() => _position < _blocks.Length ? _blocks[_position++] : throw Damaged("the pixels are cut short");
}
