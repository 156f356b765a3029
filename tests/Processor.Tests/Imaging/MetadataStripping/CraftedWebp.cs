using System.Buffers.Binary;
using System.Text;

namespace Pipeline.Processor.Tests.Imaging.MetadataStripping;

/// <summary>Parses WebPs and inserts chunks.</summary>
internal static class CraftedWebp
{
    public static byte[] Chunk(string name, ReadOnlySpan<byte> data) =>
        [.. Encoding.ASCII.GetBytes(name), .. Number(data.Length), .. data, .. new byte[data.Length % 2]];

    public static byte[] File(params byte[][] chunks)
    {
        byte[] body = [.. "WEBP"u8, .. chunks.SelectMany(chunk => chunk)];
        return [.. "RIFF"u8, .. Number(body.Length), .. body];
    }

    public static byte[] Header(byte flags, int width, int height) =>
        Chunk("VP8X", [flags, 0, 0, 0, .. Number(width - 1)[..3], .. Number(height - 1)[..3]]);

    public static IReadOnlyList<(string Name, byte[] Data)> Chunks(byte[] webp, int start = 12)
    {
        var chunks = new List<(string Name, byte[] Data)>();
        for (var at = start; at < webp.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(webp.AsSpan(at + 4));
            chunks.Add((Encoding.ASCII.GetString(webp, at, 4), webp[(at + 8)..(at + 8 + length)]));
            at += 8 + length + (length % 2);
        }

        return chunks;
    }

    public static IReadOnlyList<string> Names(byte[] webp) => [.. Chunks(webp).Select(chunk => chunk.Name)];

    public static byte[] Data(byte[] webp, string name) => Chunks(webp).First(chunk => chunk.Name == name).Data;

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
