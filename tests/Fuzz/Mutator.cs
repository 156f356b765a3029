using System.Buffers.Binary;

namespace Pipeline.Fuzz;

/// <summary>Makes a hostile file from a good one. The same random numbers give the same file.</summary>
internal sealed class Mutator(IReadOnlyList<byte[]> originals)
{
    /// <summary>The part of a file that holds most of the fields that decoders use.</summary>
    private const int Header = 256;

    private static readonly uint[] Edges = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF];

    public byte[] Next(Random random)
    {
        var file = new List<byte>(originals[random.Next(originals.Count)]);

        // Usually one mutation: a file with several is rejected for the first of them.
        for (var changes = random.Next(3) == 0 ? 2 + random.Next(3) : 1; changes > 0 && file.Count > 0; changes--)
            Change(file, random);
        var bytes = file.ToArray();

        // Otherwise the checksums of a PNG would hide most changes from the decoder.
        if (random.Next(2) == 0)
            PngChecksums.Mend(bytes);
        return bytes;
    }

    private void Change(List<byte> file, Random random)
    {
        var at = random.Next(random.Next(2) == 0 ? Math.Min(Header, file.Count) : file.Count);
        var length = 1 + random.Next(Math.Min(64, file.Count - at));
        switch (random.Next(9))
        {
            case 0:
                file[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                file[at] = (byte)random.Next(256);
                break;
            case 2:
                WriteEdge(file, at, random);
                break;
            case 3:
                file.RemoveRange(at, file.Count - at);
                break;
            case 4:
                file.RemoveRange(at, length);
                break;
            case 5:
                file.InsertRange(at, file.GetRange(at, length));
                break;
            case 6:
                for (var i = at; i < at + length; i++)
                    file[i] = (byte)random.Next(256);
                break;
            case 7:
                file.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), length));
                break;
            default:
                SegmentList(file, at, random);
                break;
        }
    }

    private static void WriteEdge(List<byte> file, int at, Random random)
    {
        Span<byte> number = stackalloc byte[4];
        var edge = Edges[random.Next(Edges.Length)];
        if (random.Next(2) == 0)
            BinaryPrimitives.WriteUInt32BigEndian(number, edge);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(number, edge);
        var width = 1 << random.Next(3);
        for (var i = 0; i < width && at + i < file.Count; i++)
            file[at + i] = number[i];
    }

    /// <summary>Continues with the middle of another file.</summary>
    private void SegmentList(List<byte> file, int at, Random random)
    {
        var other = originals[random.Next(originals.Count)];
        file.RemoveRange(at, file.Count - at);
        file.AddRange(other.Skip(random.Next(other.Length)));
    }
}
