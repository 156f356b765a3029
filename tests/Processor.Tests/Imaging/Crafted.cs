using System.Buffers.Binary;
using System.IO.Compression;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>Files that no encoder writes.</summary>
internal static class Crafted
{
    /// <summary>A header with a declared size, and one frame of a single pixel.</summary>
    public static byte[] Gif(int width, int height, int frames = 1)
    {
        byte[] frame = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
        using var gif = new MemoryStream();
        gif.Write([.. "GIF89a"u8, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
        for (var i = 0; i < frames; i++)
        {
            gif.Write(frame);
        }

        gif.WriteByte(0x3B);
        return gif.ToArray();
    }

    /// <summary>A header with a declared size, and almost no pixels unless the image must be complete.</summary>
    public static byte[] Png(int width, int height, bool whole = false) =>
    [
        0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. Chunk("IHDR"u8, [.. Number(width), .. Number(height), 8, 2, 0, 0, 0]),
        .. Chunk("IDAT"u8, Deflated(whole ? ((width * 3) + 1) * height : 0)), .. Chunk("IEND"u8, []),
    ];

    /// <summary>Inserts a chunk right after the header of a PNG, with any declared length.</summary>
    public static byte[] WithChunk(byte[] png, ReadOnlySpan<byte> name, int claimedLength) =>
        [.. png[..33], .. Number(claimedLength), .. name, 1, 2, 3, 4, .. png[33..]];

    /// <summary>An AVIF of one image, with the property that rotates it by 90° anticlockwise.</summary>
    public static byte[] TurnedLeft(ReadOnlySpan<byte> avif) => WithProperty(avif, [0, 0, 0, 9, .. "irot"u8, 1], isEssential: true);

    /// <summary>An HEIC or AVIF of one image, with a colour profile.</summary>
    public static byte[] WithProfile(ReadOnlySpan<byte> heif, byte[] profile) =>
        WithProperty(heif, [.. Number(profile.Length + 12), .. "colrprof"u8, .. profile], isEssential: false);

    /// <summary>An HEIC or AVIF of one image, with its colour space given as numbers.</summary>
    public static byte[] WithColours(ReadOnlySpan<byte> heif, byte primaries, byte transfer) =>
        WithProperty(heif, [0, 0, 0, 19, .. "colrnclx"u8, 0, primaries, 0, transfer, 0, 6, 0x80], isEssential: false);

    /// <summary>An HEIC or AVIF of one image with alpha, by which its colours are multiplied.</summary>
    public static byte[] Premultiplied(ReadOnlySpan<byte> heif)
    {
        byte[] reference = [0, 0, 0, 14, .. "prem"u8, 0, 1, 0, 1, 0, 2];
        var end = heif.IndexOf("iref"u8) - 4 + BinaryPrimitives.ReadInt32BigEndian(heif[(heif.IndexOf("iref"u8) - 4)..]);
        byte[] changed = [.. heif[..end], .. reference, .. heif[end..]];
        Grow(changed, "iref"u8, reference.Length);
        Grow(changed, "meta"u8, reference.Length);
        Add(changed, changed.AsSpan().IndexOf("iloc"u8) + 22, reference.Length);
        Add(changed, changed.AsSpan().IndexOf("iloc"u8) + 40, reference.Length);
        return changed;
    }

    /// <summary>An AVIF that declares its pixels as grey.</summary>
    public static byte[] AsGrey(ReadOnlySpan<byte> avif)
    {
        var grey = avif.ToArray();
        grey[grey.AsSpan().IndexOf("av1C"u8) + 6] |= 0x10;
        return grey;
    }

    /// <summary>The colour information of the image has an unknown type.</summary>
    public static byte[] WithoutColours(ReadOnlySpan<byte> heif)
    {
        var bare = heif.ToArray();
        for (var at = bare.AsSpan().IndexOf("colr"u8); at >= 0; at = bare.AsSpan().IndexOf("colr"u8)) "free"u8.CopyTo(bare.AsSpan(at));
        return bare;
    }

    private static byte[] WithProperty(ReadOnlySpan<byte> heif, byte[] property, bool isEssential)
    {
        var assigned = heif.IndexOf("ipma"u8);
        var end = assigned - 4 + BinaryPrimitives.ReadInt32BigEndian(heif[(assigned - 4)..]);
        var number = 1;
        for (var at = heif.IndexOf("ipco"u8) + 4; at < assigned - 4; at += BinaryPrimitives.ReadInt32BigEndian(heif[at..])) number++;
        byte[] changed = [.. heif[..(assigned - 4)], .. property, .. heif[(assigned - 4)..end], (byte)(isEssential ? 0x80 | number : number), .. heif[end..]];
        Grow(changed, "ipma"u8, 1);
        Grow(changed, "ipco"u8, property.Length);
        Grow(changed, "iprp"u8, property.Length + 1);
        Grow(changed, "meta"u8, property.Length + 1);

        // One more property for the image, so the offset of its pixels changes.
        changed[changed.AsSpan().IndexOf("ipma"u8) + 14]++;
        Add(changed, changed.AsSpan().IndexOf("iloc"u8) + 22, property.Length + 1);
        return changed;
    }

    private static void Grow(byte[] boxes, ReadOnlySpan<byte> name, int by) => Add(boxes, boxes.AsSpan().IndexOf(name) - 4, by);

    private static void Add(byte[] bytes, int at, int by) => BinaryPrimitives.WriteInt32BigEndian(
        bytes.AsSpan(at), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at)) + by);

    private static byte[] Deflated(int zeros)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            deflate.Write(new byte[zeros]);
        }

        return packed.ToArray();
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] data)
    {
        byte[] body = [.. name, .. data];
        return [.. Number(data.Length), .. body, .. Number((int)Crc(body))];
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
