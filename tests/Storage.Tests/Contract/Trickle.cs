using Pipeline.Hosting;

namespace Pipeline.Storage.Tests.Contract;

/// <summary>A stream like that of a network: in pieces of odd sizes, without a length, and it may break.</summary>
internal sealed class Trickle(byte[] bytes, int? breaksAt = null) : ReadOnlyStream
{
    private int _given;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_given >= breaksAt) throw new IOException("The connection broke.");
        var piece = Math.Min(Math.Min(buffer.Length, 1 + _given % 7_919 * 13), bytes.Length - _given);
        bytes.AsSpan(_given, piece).CopyTo(buffer);
        _given += piece;
        return piece;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));
}
