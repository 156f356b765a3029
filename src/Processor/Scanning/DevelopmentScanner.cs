using System.Buffers;

namespace Pipeline.Processor.Scanning;

/// <summary>Finds only the EICAR test file, anywhere in a stream. For machines without clamd; never for untrusted files.</summary>
public sealed class DevelopmentScanner : IMalwareScanner
{
    /// <summary>Shows in every timeline that only EICAR was searched for.</summary>
    public const string Name = "development scanner (EICAR only)";

    /// <inheritdoc/>
    public async Task<ScanVerdict> ScanAsync(Stream content, long length, CancellationToken cancellationToken)
    {
        var overlap = Eicar.Bytes.Length - 1;
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var (total, kept, found) = (0L, 0, false);
            while (await content.ReadAsync(buffer.AsMemory(kept), cancellationToken) is var read and > 0)
            {
                total += read;
                var seen = buffer.AsSpan(0, kept + read);
                found |= seen.IndexOf(Eicar.Bytes.Span) >= 0;
                // Keep the last bytes: the string may start here and end in the next read.
                kept = Math.Min(overlap, seen.Length);
                seen[^kept..].CopyTo(buffer);
            }

            if (total != length)
                throw new ScannerUnavailableException($"The file should have {length} bytes but has {total}.");
            return found ? new ScanVerdict.Infected(Name, "EICAR-Test-File") : new ScanVerdict.Clean(Name);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
