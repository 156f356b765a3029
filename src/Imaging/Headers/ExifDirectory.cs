using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>
/// The first directory of an EXIF block, which is a small TIFF file. A damaged directory has no entries, and an entry that points outside
/// the block has no value, because the photo is usable without them.
/// </summary>
internal readonly ref struct ExifDirectory
{
    public const ushort OrientationTag = 0x0112;

    /// <summary>Cameras write about twenty entries.</summary>
    private const int MaxEntries = 500;
    private const int EntryLength = 12;

    /// <summary>The type of a number of 16 bits.</summary>
    private const ushort Short = 3;

    private readonly ReadOnlySpan<byte> _block;
    private readonly ReadOnlySpan<byte> _entries;
    private readonly bool _bigEndian;

    /// <param name="block">Without the prefix that JPEG puts before it.</param>
    public ExifDirectory(ReadOnlySpan<byte> block)
    {
        _block = block;
        _bigEndian = block.StartsWith("MM\0*"u8);
        if (block.Length < 8 || !(_bigEndian || block.StartsWith("II*\0"u8)))
        {
            return;
        }

        var start = ReadLong(block[4..]);
        if (start >= 8 && start <= block.Length - 2)
        {
            var table = block[(int)start..];
            var entries = Math.Min(Math.Min((int)ReadShort(table), MaxEntries), (table.Length - 2) / EntryLength);
            _entries = table.Slice(2, entries * EntryLength);
            var behind = table[(2 + (entries * EntryLength))..];
            HasSecond = behind.Length >= 4 && ReadLong(behind) is >= 8 and var second && second < block.Length;
        }
    }

    /// <summary>Whether a second directory follows, which describes an embedded preview.</summary>
    public bool HasSecond { get; }

    /// <summary>1 to 8; 1 (upright) if the value is missing or invalid. As in browsers, only one number of 16 bits is valid.</summary>
    public int Orientation
    {
        get
        {
            for (var rest = _entries; !rest.IsEmpty; rest = rest[EntryLength..])
            {
                if (ReadShort(rest) == OrientationTag && ReadShort(rest[2..]) == Short && ReadLong(rest[4..]) == 1)
                {
                    return ReadShort(rest[8..]) is >= 1 and <= 8 and var orientation ? orientation : 1;
                }
            }

            return 1;
        }
    }

    /// <summary>Whether there is an entry with this tag.</summary>
    public bool Has(ushort tag)
    {
        for (var rest = _entries; !rest.IsEmpty; rest = rest[EntryLength..])
        {
            if (ReadShort(rest) == tag)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether there is an entry with another tag.</summary>
    public bool HasOtherThan(params ReadOnlySpan<ushort> tags)
    {
        for (var rest = _entries; !rest.IsEmpty; rest = rest[EntryLength..])
        {
            if (!tags.Contains(ReadShort(rest)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns the raw bytes of a text; empty if there is none.</summary>
    public ReadOnlySpan<byte> Text(ushort tag)
    {
        var value = Find(tag, out var type);
        return type is 1 or 2 or 7 or 129 ? value : default;
    }

    private static int SizeOf(ushort type) => type switch
    {
        1 or 2 or 6 or 7 or 129 => 1,
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 => 8,
        _ => 0,
    };

    private ReadOnlySpan<byte> Find(ushort tag, out ushort type)
    {
        for (var rest = _entries; !rest.IsEmpty; rest = rest[EntryLength..])
        {
            if (ReadShort(rest) == tag)
            {
                type = ReadShort(rest[2..]);
                return Value(rest, (long)SizeOf(type) * ReadLong(rest[4..]));
            }
        }

        type = 0;
        return default;
    }

    /// <summary>The entry itself holds a value of up to four bytes; a longer one is elsewhere in the block.</summary>
    private ReadOnlySpan<byte> Value(ReadOnlySpan<byte> entry, long length)
    {
        if (length <= 4)
        {
            return entry.Slice(8, (int)length);
        }

        var start = ReadLong(entry[8..]);
        return start <= _block.Length - length ? _block.Slice((int)start, (int)length) : default;
    }

    private ushort ReadShort(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint ReadLong(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
