using System.Security.Cryptography;
using Pipeline.Hosting;

namespace Pipeline.Storage.Targets;

/// <summary>Hashes the bytes that are read through it, once and in order.</summary>
internal sealed class HashedStream(Stream inner, IncrementalHash hash) : ReadOnlyStream
{
    public override long Position
    {
        get => inner.Position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        hash.AppendData(buffer.Span[..read]);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();
}
