using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Headers;

/// <summary>The header of a PNG, which is its first chunk.</summary>
/// <param name="Width">In pixels. Our limits need the size, because libpng only reports that a size above its own limits is invalid.</param>
/// <param name="Height">In pixels.</param>
/// <param name="ColourType">0 is grey, 2 is RGB, 3 has a palette, 4 is grey with alpha, 6 is RGB with alpha.</param>
/// <param name="IsInterlaced">True if the pixels are stored in seven passes.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PngHeader(int Width, int Height, byte ColourType, bool IsInterlaced)
{
    private const int Length = 13;

    public bool IsGrey => ColourType is 0 or 4;

    /// <summary>Returns zeros if the first chunk is not a header, or is cut short.</summary>
    /// <param name="png">Starts with the signature of a PNG; the rest can be anything.</param>
    public static PngHeader Read(ReadOnlySpan<byte> png)
    {
        var reader = new PngReader(png);
        return reader.Next() && Is(reader)
            ? new(Clamp(reader.Data), Clamp(reader.Data[4..]), reader.Data[9], reader.Data[12] != 0)
            : default;
    }

    public static bool Is(PngReader chunk) => chunk.Is("IHDR"u8) && chunk.Data.Length == Length;

    private static int Clamp(ReadOnlySpan<byte> side) => (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(side), int.MaxValue);
}
