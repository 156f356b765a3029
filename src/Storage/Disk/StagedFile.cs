using System.Buffers;
using System.Security.Cryptography;

namespace Pipeline.Storage.Disk;

/// <summary>Writes the bytes of an object to a staging file, hashes them meanwhile and requires exactly the announced number.</summary>
internal static class StagedFile
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Writes a new file and returns the SHA-256 of its bytes in lower-case hex.</summary>
    /// <param name="room">Checked before each chunk is written, since other writers fill the disk meanwhile; null to ignore the reserve.</param>
    public static async Task<string> WriteAsync(string path, Stream content, long length, DiskSpace? room, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long taken = 0;
            // Read to the end of the stream, not only the announced length, to detect a body that is too long.
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
