namespace Pipeline.TestKit.Images;

/// <summary>JPEGs that no camera writes, made of one that ImageMagick wrote.</summary>
public static class JpegBuilder
{
    /// <summary>Repeats the last scan of a progressive JPEG, which changes no pixel any more.</summary>
    public static byte[] WithScans(byte[] progressive, int more)
    {
        var lastScan = progressive.AsSpan(progressive.AsSpan().LastIndexOf((byte[])[0xFF, 0xDA])..^2).ToArray();
        using var jpeg = new MemoryStream();
        jpeg.Write(progressive, 0, progressive.Length - 2);
        for (var i = 0; i < more; i++) jpeg.Write(lastScan);
        jpeg.Write(progressive, progressive.Length - 2, 2);
        return jpeg.ToArray();
    }

    /// <summary>Puts segments of the same bytes behind the first two.</summary>
    public static byte[] WithSegments(byte[] jpeg, byte marker, byte[] payload, int count)
    {
        byte[] segment = [0xFF, marker, (byte)((payload.Length + 2) >> 8), (byte)(payload.Length + 2), .. payload];
        using var whole = new MemoryStream();
        whole.Write(jpeg, 0, 2);
        for (var i = 0; i < count; i++) whole.Write(segment);
        whole.Write(jpeg, 2, jpeg.Length - 2);
        return whole.ToArray();
    }
}
