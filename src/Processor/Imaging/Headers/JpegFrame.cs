using System.Runtime.InteropServices;

namespace Pipeline.Processor.Imaging.Headers;

/// <summary>How the pixels of a JPEG are coded, as its frame header says.</summary>
/// <param name="IsSequential">Each scan holds its components whole, not a part of their bits or frequencies.</param>
/// <param name="Components">Numbers that a pixel has; 0 if there is no frame before the first scan.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct JpegFrame(bool IsSequential, int Components)
{
    /// <param name="jpeg">Any bytes that begin like one.</param>
    public static JpegFrame Of(ReadOnlySpan<byte> jpeg)
    {
        var reader = new JpegReader(jpeg);
        while (reader.Next() && reader.Marker is not (JpegReader.StartOfScan or JpegReader.EndOfImage))
        {
            if (IsFrame(reader.Marker) && reader.Payload.Length >= 6)
            {
                return Read(reader);
            }
        }

        return default;
    }

    /// <param name="frame">A segment for which <see cref="IsFrame"/> is true.</param>
    public static JpegFrame Read(JpegReader frame) =>
        new(frame.Marker is 0xC0 or 0xC1 or 0xC9, frame.Payload.Length >= 6 ? frame.Payload[5] : 0);

    /// <summary>Those that libjpeg decodes; the others it refuses.</summary>
    public static bool IsFrame(byte marker) => marker is 0xC0 or 0xC1 or 0xC2 or 0xC9 or 0xCA;
}
