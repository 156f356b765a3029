using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Processor.Tests.Imaging.MetadataStripping;

/// <summary>Parses PNGs and inserts chunks.</summary>
internal static class CraftedPng
{
    public static byte[] Chunk(string name, ReadOnlySpan<byte> data) => PngChunk.Make(Encoding.ASCII.GetBytes(name), data);

    /// <summary>Inserts before the first chunk of that name.</summary>
    public static byte[] Before(byte[] png, string name, params byte[][] chunks)
    {
        var at = png.AsSpan().IndexOf(Encoding.ASCII.GetBytes(name)) - 4;
        return [.. png[..at], .. chunks.SelectMany(chunk => chunk), .. png[at..]];
    }

    public static IReadOnlyList<string> Names(byte[] png)
    {
        var names = new List<string>();
        for (var at = 8; at < png.Length; at += 12 + BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at)))
        {
            names.Add(Encoding.ASCII.GetString(png, at + 4, 4));
        }

        return names;
    }

    public static byte[] Profile(string name, ReadOnlySpan<byte> profile, params ReadOnlySpan<byte> behind)
    {
        using var data = new MemoryStream();
        data.Write([.. Encoding.Latin1.GetBytes(name), 0, 0]);
        using (var deflate = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(profile);
        }

        data.Write(behind);
        return Chunk("iCCP", data.ToArray());
    }
}
