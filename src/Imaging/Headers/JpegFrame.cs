using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Headers;

/// <summary>How the pixels of a JPEG are coded, as its frame header says.</summary>
/// <param name="Marker">What kind of frame it is; 0 if there is none before the first scan.</param>
/// <param name="Bits">Of each number; libjpeg decodes 8.</param>
/// <param name="Components">Numbers that a pixel has.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct JpegFrame(byte Marker, int Bits, int Components)
{
    private const byte NearLossless = 0xF7;

    /// <summary>Each scan holds its components whole, not a part of their bits or frequencies.</summary>
    public bool IsSequential => Marker is 0xC0 or 0xC1 or 0xC9;

    /// <summary>Numbers are predicted from their neighbours; medicine and some scanners do so.</summary>
    public bool IsLossless => Marker is 0xC3 or 0xC7 or 0xCB or 0xCF;

    /// <summary>Frames of growing size that add to each other.</summary>
    public bool IsHierarchical => Marker is 0xC5 or 0xC6 or 0xC7 or 0xCD or 0xCE or 0xCF;

    /// <param name="jpeg">Any bytes that begin like one.</param>
    public static JpegFrame Of(ReadOnlySpan<byte> jpeg)
    {
        var reader = new JpegReader(jpeg);
        while (reader.Next() && reader.Marker is not (JpegReader.StartOfScan or JpegReader.EndOfImage))
        {
            if (reader.Marker is (>= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC)) or NearLossless && reader.Payload.Length >= 6)
            {
                return Read(reader);
            }
        }

        return default;
    }

    /// <param name="frame">The segment of a frame.</param>
    public static JpegFrame Read(JpegReader frame) =>
        frame.Payload.Length >= 6 ? new(frame.Marker, frame.Payload[0], frame.Payload[5]) : new(frame.Marker, 0, 0);

    /// <summary>Why libjpeg does not decode it, as the end of a sentence; null if it does, or if the frame is damaged.</summary>
    public string? Unfit() => this switch
    {
        { Marker: NearLossless } => "is a JPEG-LS, which browsers do not show. Save it as an ordinary JPEG or as a PNG",
        { IsLossless: true } => "is a lossless JPEG, which browsers do not show. Save it as an ordinary JPEG or as a PNG",
        { IsHierarchical: true } => "is a hierarchical JPEG, which browsers do not show. Save it as an ordinary JPEG",
        { Marker: not 0, Bits: 12 or 16 } => $"is a JPEG with {Bits} bits for each number, which browsers do not show. Save it with 8",
        { Marker: not 0, Components: not (0 or 1 or 3 or 4) } => $"is a JPEG with {Components} components for each pixel. Save it in grey, RGB or CMYK",
        _ => null,
    };
}
