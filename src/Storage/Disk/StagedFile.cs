using System.Buffers;
using System.Security.Cryptography;

namespace Pipeline.Storage.Disk;

/// <summary>Takes the bytes of an object in: to disk, hashed on the way, exactly as many as were announced.</summary>
internal static class StagedFile
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Writes a new file and gives the SHA-256 of its bytes in lower-case hex.</summary>
    /// <param name="room">Looked at for each piece, since others fill the disk meanwhile; null to fill it to the end.</param>
    public static async Task<string> WriteAsync(string path, Stream content, long length, DiskSpace? room, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long taken = 0;
            // Until the stream ends, not until there is enough: a longer one must be noticed.
            for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                taken += read;
                if (taken > length) throw new InvalidDataException($"More than the announced {length} bytes came.");
                room?.Require(read);
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            if (taken < length) throw new EndOfStreamException($"{taken} of the announced {length} bytes came.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        RandomAccess.FlushToDisk(file.SafeFileHandle);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
