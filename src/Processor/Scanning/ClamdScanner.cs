using System.Buffers;
using Microsoft.Extensions.Options;

namespace Pipeline.Processor.Scanning;

/// <summary>Streams a file to clamd in chunks, over a new connection for each scan.</summary>
public sealed class ClamdScanner : IMalwareScanner
{
    private readonly ClamdOptions _options;
    private readonly TimeProvider _time;
    private readonly ClamdVersion _version;

    /// <summary>Does not connect; the first scan does.</summary>
    public ClamdScanner(IOptions<ClamdOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        _version = new ClamdVersion(_options, time);
    }

    /// <inheritdoc/>
    public Task<ScanVerdict> ScanAsync(Stream content, long length, CancellationToken cancellationToken) =>
        Deadline.Of(_options.ScanTimeout, "finish the scan", _time, token => ScanWithinAsync(content, length, token), cancellationToken);

    /// <inheritdoc/>
    public async Task<string?> NameAsync(CancellationToken cancellationToken) => await _version.NameAsync(cancellationToken);

    private async Task<ScanVerdict> ScanWithinAsync(Stream content, long length, CancellationToken cancellationToken)
    {
        var scanner = await _version.NameAsync(cancellationToken);
        using var connection = await ClamdConnection.OpenAsync(_options, _time, cancellationToken);

        var sentAll = await SendAsync(connection, content, length, cancellationToken);
        var text = await connection.ReceiveAsync(dueAtOnce: !sentAll, cancellationToken);

        return ClamdProtocol.ParseScan(text) switch
        {
            ClamdReply.LimitExceeded(var limit) => new ScanVerdict.LimitExceeded(scanner, limit),
            // A verdict on a part of the file does not count for the whole file.
            _ when !sentAll => throw new ScannerUnavailableException($"clamd answered before it received all bytes: {ClamdProtocol.Printable(text)}"),
            ClamdReply.Clean => new ScanVerdict.Clean(scanner),
            ClamdReply.Infected(var signature) => new ScanVerdict.Infected(scanner, signature),
            ClamdReply.BrokenMedia(var heuristic) => throw new ScannerUnavailableException(
                $"clamd answered {heuristic}, which is not a verdict: set AlertBrokenMedia to no in its clamd.conf."),
            _ => throw new ScannerUnavailableException($"clamd gave no verdict: {ClamdProtocol.Printable(text)}"),
        };
    }

    /// <summary>Returns false if clamd replied or closed the connection early, as it does when a stream exceeds its StreamMaxLength.</summary>
    private async Task<bool> SendAsync(ClamdConnection connection, Stream content, long length, CancellationToken cancellationToken)
    {
        if (!await connection.TrySendAsync(ClamdProtocol.Instream, cancellationToken))
            return false;

        var buffer = ArrayPool<byte>.Shared.Rent(ClamdProtocol.HeaderSize + _options.ChunkSize);
        try
        {
            var sent = 0L;
            while (await content.ReadAsync(buffer.AsMemory(ClamdProtocol.HeaderSize, _options.ChunkSize), cancellationToken) is var read and > 0)
            {
                sent += read;
                if (sent > length)
                    break;
                ClamdProtocol.WriteHeader(buffer, read);
                if (connection.HasReply
                    || !await connection.TrySendAsync(buffer.AsMemory(0, ClamdProtocol.HeaderSize + read), cancellationToken))
                {
                    return false;
                }
            }

            // clamd reports a truncated stream as clean, so the terminator is sent only after all bytes.
            if (sent != length)
                throw new ScannerUnavailableException($"The file should have {length} bytes but has {(sent > length ? "more" : $"{sent}")}.");
            return !connection.HasReply && await connection.TrySendAsync(ClamdProtocol.Terminator, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
