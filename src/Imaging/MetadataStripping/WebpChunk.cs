using System.Buffers.Binary;
using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>Writes chunks of a WebP and the file that contains them.</summary>
internal static class WebpChunk
{
    /// <summary>Keeps a chunk and pads it to an even length with a new zero.</summary>
    public static void Keep(RiffReader chunk, SegmentList chunks)
    {
        chunks.Add(Head(chunk.Name, chunk.Data.Length));
        chunks.Keep(chunk.Start, chunk.Data.Length);
        if (chunk.Data.Length % 2 != 0)
        {
            chunks.Add([0]);
        }
    }

    public static byte[] Make(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data) =>
        [.. Head(name, data.Length), .. data, .. new byte[data.Length % 2]];

    public static byte[] Head(ReadOnlySpan<byte> name, long length)
    {
        var head = new byte[RiffReader.Frame];
        name.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), (uint)length);
        return head;
    }

    /// <param name="header">Header of an extended file; null for a simple file, which cannot hold EXIF.</param>
    /// <param name="chunks">The chunks after the header.</param>
    /// <param name="exif">Empty for none.</param>
    public static SegmentList File(byte[]? header, SegmentList chunks, byte[] exif)
    {
        byte[] start = [], end = [];
        if (header is not null)
        {
            end = exif.Length > 0 ? Make("EXIF"u8, exif) : [];
            header[0] |= exif.Length > 0 ? WebpFlags.Exif : (byte)0;
            start = Make("VP8X"u8, header);
        }

        var file = new SegmentList();
        file.Add([.. Head("RIFF"u8, 4 + start.Length + chunks.Length + end.Length), .. "WEBP"u8, .. start]);
        file.Add(chunks);
        file.Add(end);
        return file;
    }
}
