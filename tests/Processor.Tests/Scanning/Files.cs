using System.IO.Compression;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Tests.Scanning;

/// <summary>Files for the tests of scanners.</summary>
internal static class Files
{
    /// <summary>Random bytes that are the same each time.</summary>
    public static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(20).NextBytes(bytes);
        return bytes;
    }

    public static byte[] Zip(ReadOnlyMemory<byte> content)
    {
        using var outer = new MemoryStream();
        using (var archive = new ZipArchive(outer, ZipArchiveMode.Create))
        using (var entry = archive.CreateEntry("photo.jpg").Open())
            entry.Write(content.Span);
        return outer.ToArray();
    }

    public static Task<ScanVerdict> ScanAsync(IMalwareScanner scanner, byte[] file) =>
        scanner.ScanAsync(new MemoryStream(file, writable: false), file.Length, CancellationToken.None);

    /// <summary>Returns at most this number of bytes per read, like a network.</summary>
    public sealed class PieceStream(byte[] content, int piece) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }

    /// <summary>Fails after its last byte.</summary>
    public sealed class BrokenStream(int good) : MemoryStream(new byte[good])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is var read and > 0 ? read : throw new IOException("The disk is gone.");
    }

    /// <summary>Never returns a byte.</summary>
    public sealed class StalledStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
