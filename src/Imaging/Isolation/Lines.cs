namespace Pipeline.Imaging.Isolation;

/// <summary>Reads one line at a time, each at most <see cref="MaxLength"/> bytes long.</summary>
internal sealed class Lines(Stream stream)
{
    public const int MaxLength = 256 * 1024;

    private readonly byte[] _buffer = new byte[MaxLength];

    /// <summary>The next line, valid until the next call; null if the stream has ended.</summary>
    /// <exception cref="InvalidDataException">The line is too long, is cut off by the end of the stream, or more bytes follow.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        for (var length = 0; ;)
        {
            var read = await stream.ReadAsync(_buffer.AsMemory(length), cancellationToken);
            if (read == 0) return length == 0 ? null : throw new InvalidDataException("The stream ends in the middle of a line.");
            var end = _buffer.AsSpan(length, read).IndexOf((byte)'\n');
            length += read;

            // Each side writes one line and then waits, so bytes after the line break the protocol.
            if (end >= 0)
            {
                return length - read + end == length - 1
                    ? _buffer.AsMemory(0, length - 1)
                    : throw new InvalidDataException("Data follows the line.");
            }

            if (length == _buffer.Length) throw new InvalidDataException("The line is too long.");
        }
    }
}
