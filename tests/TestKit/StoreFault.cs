using Pipeline.Hosting;

namespace Pipeline.TestKit;

/// <summary>A fault that a <see cref="StoreProxy"/> injects into a request that it forwards.</summary>
public enum StoreFault
{
    /// <summary>No fault.</summary>
    None,

    /// <summary>The connection is reset before the store receives the request.</summary>
    Reset,

    /// <summary>The connection is reset after half of the request's body; the store receives half a body too.</summary>
    CutUpload,

    /// <summary>The connection is reset after half of the response's body.</summary>
    CutDownload,

    /// <summary>The store executes the request, and the response is dropped.</summary>
    DropReply,

    /// <summary>The store executes the request, and the client waits for the response until it gives up.</summary>
    HoldReply,

    /// <summary>The store does not receive the request, and the client gets a proxy's HTML page with 200.</summary>
    Page,

    /// <summary>The store does not receive the request, and the client gets an S3 error with 200.</summary>
    ErrorWith200,

    /// <summary>The store does not receive the request, and the client gets the 200 of a write with the right entity tag.</summary>
    Swallow,

    /// <summary>The store's response with half of the body, and the length of that half.</summary>
    HalfAnswer,
}

/// <summary>Returns a number of bytes and then breaks off.</summary>
internal sealed class CutStream(Stream whole, long bytes) : ReadOnlyStream
{
    private long _left = bytes;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0) throw new IOException("Cut here.");
        var read = await whole.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken);
        _left -= read;
        return read;
    }
}
