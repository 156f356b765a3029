using Amazon.S3.Model;
using Pipeline.Hosting;

namespace Pipeline.Storage.S3;

/// <summary>
/// The body of an object: delivers all of its bytes or throws. If the connection breaks or stalls, it resumes at the same byte, provided that
/// the object is still the same version.
/// </summary>
internal sealed class S3Download(
    GetObjectResponse first, S3StorageOptions options, Func<long, CancellationToken, Task<GetObjectResponse>> resume) : ReadOnlyStream
{
    private readonly long _size = first.ContentLength;
    private GetObjectResponse _response = first;
    private long _position;
    private int _resumed;
    private bool _ended;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0) return 0;
        while (_position < _size)
        {
            var (read, fault) = await TryReadAsync(buffer, cancellationToken);
            if (read > _size - _position) throw new InvalidDataException($"More than the announced {_size} bytes came.");
            _position += read;
            if (read > 0) return read;
            if (_resumed++ == options.Retries) throw new IOException($"The response broke off after {_position} of {_size} bytes of the object.", fault);
            _response.Dispose();
            _response = await resume(_position, cancellationToken);
        }

        if (!_ended && await _response.ResponseStream.ReadAsync(new byte[1], cancellationToken) > 0)
            throw new InvalidDataException($"More than the announced {_size} bytes came.");
        _ended = true;
        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _response.Dispose();
        base.Dispose(disposing);
    }

    private async Task<(int Read, Exception? Fault)> TryReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        idle.CancelAfter(options.IdleTimeout);
        try
        {
            return (await _response.ResponseStream.ReadAsync(buffer, idle.Token), null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && (e is OperationCanceledException || S3Faults.IsTransient(e)))
        {
            return (0, e);
        }
    }
}
