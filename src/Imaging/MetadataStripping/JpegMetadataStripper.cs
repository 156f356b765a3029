using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>
/// Keeps only the parts of a JPEG that its pixels need: tables, frame, scans and colour information. Removes all bytes between and after
/// them, including further images. The compressed pixels stay as they are.
/// </summary>
internal ref struct JpegMetadataStripper
{
    private readonly ReadOnlySpan<byte> _source;
    private readonly SegmentList _body = new();
    private byte[] _jfif = [];
    private byte[] _adobe = [];
    private JpegFrame _frame;
    private bool _hasFrame;
    private bool _hasScan;

    /// <summary>True after a scan that nothing follows, not even the marker for the end.</summary>
    private bool _isOver;

    private JpegMetadataStripper(ReadOnlySpan<byte> source) => _source = source;

    /// <returns>Null if the image cannot be parsed to its end, or is of a kind that libjpeg does not decode.</returns>
    public static SegmentList? Clean(ReadOnlySpan<byte> source, byte[] exif)
    {
        var cleaner = new JpegMetadataStripper(source);
        return cleaner.Walk() ? cleaner.Join(exif) : null;
    }

    public static byte[] Segment(byte marker, ReadOnlySpan<byte> payload)
    {
        var length = payload.Length + 2;
        return [0xFF, marker, (byte)(length >> 8), (byte)length, .. payload];
    }

    private bool Walk()
    {
        var reader = new JpegReader(_source);
        while (!_isOver && reader.Next())
        {
            if (reader.Marker == JpegReader.EndOfImage)
            {
                _body.Keep(reader.Start, 2);
                return _hasScan;
            }

            if (!Take(ref reader))
            {
                return false;
            }
        }

        if (JpegEnd.Find(_source) is null)
        {
            return false;
        }

        _body.Add(JpegEnd.Marker);
        return true;
    }

    private bool Take(ref JpegReader reader)
    {
        switch (reader.Marker)
        {
            case 0xDB:
                return Keep(reader, JpegTables.AreQuantization(reader.Payload));
            case 0xC4:
                return Keep(reader, JpegTables.AreHuffman(reader.Payload));
            case 0xCC:
                return Keep(reader, JpegTables.AreArithmetic(reader.Payload));
            case 0xDD:
                return Keep(reader, JpegTables.IsRestartInterval(reader.Payload));
            case 0xC0 or 0xC1 or 0xC2 or 0xC9 or 0xCA when !_hasFrame:
                _hasFrame = true;
                _frame = JpegFrame.Read(reader);
                return Keep(reader, JpegTables.IsFrame(reader.Payload));
            case JpegReader.StartOfScan when _hasFrame:
                _hasScan = true;
                return TakeScan(ref reader);
            case >= 0xE0 and <= 0xEF:
                TakeColours(reader.Marker, reader.Payload);
                return true;
            default:
                // Remove comments, a late height (DNL), which libjpeg does not read either, TEM markers, and restarts outside pixels.
                // libjpeg refuses all other markers.
                return reader.Marker is 0xFE or 0xDC or 0x01 or (>= 0xD0 and <= 0xD7);
        }
    }

    private bool TakeScan(ref JpegReader reader)
    {
        var payload = reader.Payload;
        var (start, pixels) = (reader.Start, reader.End);
        _isOver = !reader.SkipPixels();
        if (!JpegTables.IsScan(payload) || (_isOver ? JpegEnd.Find(_source) : reader.End) is not { } behind)
        {
            return false;
        }

        if (JpegCorrections.Correct(JpegReader.StartOfScan, payload, _frame) is { } corrected)
        {
            _body.Add(Segment(JpegReader.StartOfScan, corrected));
            start = pixels;
        }

        _body.Keep(start, behind - start);
        return true;
    }

    private readonly bool Keep(JpegReader reader, bool isSound)
    {
        _body.Keep(reader.Start, reader.End - reader.Start);
        return isSound;
    }

    /// <summary>Ignores segments after the start of the first scan: decoders have fixed the meaning of the components by then.</summary>
    private void TakeColours(byte marker, ReadOnlySpan<byte> payload)
    {
        if (_hasScan)
        {
            return;
        }

        if (marker == 0xE0 && payload.Length >= 14 && payload.StartsWith("JFIF\0"u8))
        {
            // Keep the pixel density, and write an empty thumbnail.
            _jfif = Segment(marker, [.. "JFIF\0"u8, 1, 1, .. payload[7..12], 0, 0]);
        }
        else if (marker == 0xEE && payload.Length >= 12 && payload.StartsWith("Adobe"u8))
        {
            // Only the last byte, the colour transform, matters.
            _adobe = [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, payload[11]];
        }
    }

    private readonly SegmentList Join(byte[] exif)
    {
        var jpeg = new SegmentList();
        jpeg.Add([0xFF, JpegReader.StartOfImage, .. _jfif]);
        if (exif.Length > 0)
        {
            jpeg.Add(Segment(0xE1, [.. ExifFinder.Prefix, .. exif]));
        }

        foreach (var segment in JpegProfile.Segments(_source))
        {
            jpeg.Add(segment);
        }

        if (_adobe.Length > 0)
        {
            jpeg.Add(Segment(0xEE, JpegCorrections.Correct(0xEE, _adobe, _frame) ?? _adobe));
        }

        jpeg.Add(_body);
        return jpeg;
    }
}
