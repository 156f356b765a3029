using System.Buffers.Binary;
using System.Text;
using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.Attributions;

/// <summary>Writes a minimal EXIF block with the attribution and the orientation.</summary>
internal static class ExifBlock
{
    private const ushort Ascii = 2;
    private const ushort Short = 3;

    /// <summary>Returns the block without the prefix that JPEG requires; empty if the image is upright and has no attribution.</summary>
    public static byte[] Write(Attribution? attribution, int orientation)
    {
        // TIFF requires the entries in ascending order of their tags.
        List<(ushort Tag, ushort Type, byte[] Value)> entries = [];
        if (orientation is >= 2 and <= 8)
        {
            entries.Add((ExifDirectory.OrientationTag, Short, [0, (byte)orientation]));
        }

        AddText(entries, Attribution.ArtistTag, attribution?.Artist);
        AddText(entries, Attribution.CopyrightTag, attribution?.Copyright);
        return entries.Count == 0 ? [] : Write(entries);
    }

    private static void AddText(List<(ushort Tag, ushort Type, byte[] Value)> entries, ushort tag, string? text)
    {
        if (text is not null)
        {
            entries.Add((tag, Ascii, [.. Encoding.UTF8.GetBytes(text), 0]));
        }
    }

    private static byte[] Write(List<(ushort Tag, ushort Type, byte[] Value)> entries)
    {
        var texts = 8 + 2 + (entries.Count * 12) + 4;
        using var table = new MemoryStream();
        using var values = new MemoryStream();
        table.Write([.. "MM\0*"u8, .. Long(8), .. Word(entries.Count)]);
        foreach (var (tag, type, value) in entries)
        {
            table.Write([.. Word(tag), .. Word(type), .. Long(type == Short ? value.Length / 2 : value.Length)]);
            if (value.Length <= 4)
            {
                table.Write([.. value, .. new byte[4 - value.Length]]);
                continue;
            }

            table.Write(Long(texts + (int)values.Length));
            values.Write([.. value, .. new byte[value.Length & 1]]);
        }

        return [.. table.ToArray(), .. Long(0), .. values.ToArray()];
    }

    private static byte[] Word(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Long(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
