namespace Pipeline.TestKit;

/// <summary>What a <see cref="StoreProxy"/> does to a request that it hands on.</summary>
public enum StoreFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The connection is reset before the store hears of it.</summary>
    Reset,

    /// <summary>The connection is reset after half of the request's body; the store sees half a body, too.</summary>
    CutUpload,

    /// <summary>The connection is reset after half of the answer's body.</summary>
    CutDownload,

    /// <summary>The store does what it was asked for, and nobody hears of it.</summary>
    DropReply,

    /// <summary>The store does what it was asked for, and whoever asked waits for the answer until it goes away.</summary>
    HoldReply,

    /// <summary>The store never hears of it, and whoever asked gets a proxy's page with 200.</summary>
    Page,

    /// <summary>The store never hears of it, and whoever asked gets an error of S3 with 200.</summary>
    ErrorWith200,

    /// <summary>The store never hears of it, and whoever asked gets the 200 of a write with the tag that is right.</summary>
    Swallow,

    /// <summary>The store's answer with half of the body, and the length of that half.</summary>
    HalfAnswer,
}

/// <summary>Gives a number of bytes and then breaks.</summary>
internal sealed class CutStream(Stream whole, long bytes) : Stream
{
    private long _left = bytes;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0) throw new IOException("Cut here.");
        var read = await whole.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken);
        _left -= read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
