using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Headers;

/// <summary>How the pixels of a JPEG are encoded, from its frame header.</summary>
/// <param name="Marker">The kind of frame; 0 if there is none before the first scan.</param>
/// <param name="Bits">Bits of each sample; libjpeg decodes 8.</param>
/// <param name="Components">Samples of each pixel.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct JpegFrame(byte Marker, int Bits, int Components)
{
    private const byte NearLossless = 0xF7;

    /// <summary>True if each scan holds whole components, not a part of their bits or frequencies.</summary>
    public bool IsSequential => Marker is 0xC0 or 0xC1 or 0xC9;

    /// <summary>True if samples are predicted from their neighbours, as in medical images and from some scanners.</summary>
    public bool IsLossless => Marker is 0xC3 or 0xC7 or 0xCB or 0xCF;

    /// <summary>True if frames of growing size add to each other.</summary>
    public bool IsHierarchical => Marker is 0xC5 or 0xC6 or 0xC7 or 0xCD or 0xCE or 0xCF;

    /// <param name="jpeg">Starts with the signature of a JPEG; the rest can be anything.</param>
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

    /// <param name="frame">A reader that is at the segment of a frame.</param>
    public static JpegFrame Read(JpegReader frame) =>
        frame.Payload.Length >= 6 ? new(frame.Marker, frame.Payload[0], frame.Payload[5]) : new(frame.Marker, 0, 0);

    /// <summary>Returns why libjpeg cannot decode the file, as the end of a sentence; null if it can, or if the frame is damaged.</summary>
    public string? Unfit() => this switch
    {
        { Marker: NearLossless } => "is a JPEG-LS, which browsers do not show. Save it as an ordinary JPEG or as a PNG",
        { IsLossless: true } => "is a lossless JPEG, which browsers do not show. Save it as an ordinary JPEG or as a PNG",
        { IsHierarchical: true } => "is a hierarchical JPEG, which browsers do not show. Save it as an ordinary JPEG",
        { Marker: not 0, Bits: 12 or 16 } => $"is a JPEG with {Bits} bits per sample, which browsers do not show. Save it with 8",
        { Marker: not 0, Components: not (0 or 1 or 3 or 4) } => $"is a JPEG with {Components} components per pixel. Save it in grey, RGB or CMYK",
        _ => null,
    };
}
