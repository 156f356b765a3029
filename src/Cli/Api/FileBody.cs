using System.Buffers;
using System.Net;
using Pipeline.Cli.Uploads;

namespace Pipeline.Cli.Api;

/// <summary>Sends a file from disk, tells how far it is, and never holds more than one block of it.</summary>
/// <param name="file">At its start; exactly <paramref name="length"/> bytes are sent.</param>
/// <param name="length">What was promised when the upload was presigned.</param>
/// <param name="sent">Called after each block with the bytes sent so far.</param>
sealed class FileBody(FileStream file, long length, Action<long> sent) : HttpContent
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

    // A bad disk is not a bad connection: another try, or another file, is not the remedy of the other.
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
