using System.Buffers;
using System.Net;

namespace Pipeline.Client;

/// <summary>Sends a file from disk, reports progress, and holds one block in memory at a time.</summary>
/// <param name="file">The file, positioned at its start; exactly <paramref name="length"/> bytes are sent.</param>
/// <param name="length">The length that the upload was presigned for.</param>
/// <param name="sent">Called after each block with the bytes sent so far.</param>
internal sealed class FileBody(FileStream file, long length, Action<long> sent) : HttpContent
{
    private const int Block = 64 * 1024;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var block = ArrayPool<byte>.Shared.Rent(Block);
        try
        {
            for (var done = 0L; done < length;)
            {
                var read = await ReadAsync(block.AsMemory(0, (int)Math.Min(Block, length - done)), cancellationToken);
                if (read == 0) throw LocalFile.Changed();
                await stream.WriteAsync(block.AsMemory(0, read), cancellationToken);
                done += read;
                sent(done);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    // Report read errors as errors of the file, not of the connection: a retry does not repair a disk.
    private async ValueTask<int> ReadAsync(Memory<byte> block, CancellationToken cancellationToken)
    {
        try
        {
            return await file.ReadAsync(block, cancellationToken);
        }
        catch (IOException e)
        {
            throw LocalFile.Unreadable(e);
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }
}
