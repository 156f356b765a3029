using System.Buffers.Binary;
using System.Text;

namespace Pipeline.Processor.Scanning;

/// <summary>
/// The wire format of clamd, without network code. Commands use the z form, so that every reply ends with a zero byte; a reply without it is
/// incomplete. Source of the rules: the manual page clamd(8), and clamd 1.4.6 for the texts of its replies.
/// </summary>
internal static class ClamdProtocol
{
    /// <summary>Size of the header before each chunk: the chunk's length, big-endian.</summary>
    public const int HeaderSize = 4;

    /// <summary>Longest accepted reply in bytes, including the terminator; signature names are far shorter.</summary>
    public const int MaxReply = 4096;

    private const int MaxName = 200;
    private const string Prefix = "stream: ";
    private const string Found = " FOUND";

    public static ReadOnlyMemory<byte> Instream { get; } = "zINSTREAM\0"u8.ToArray();

    public static ReadOnlyMemory<byte> Ping { get; } = "zPING\0"u8.ToArray();

    public static ReadOnlyMemory<byte> Version { get; } = "zVERSION\0"u8.ToArray();

    /// <summary>A chunk of length zero ends the stream.</summary>
    public static ReadOnlyMemory<byte> Terminator { get; } = new byte[HeaderSize];

    /// <summary>Writes the header of a chunk at the start of the buffer; the chunk's bytes already follow it.</summary>
    public static void WriteHeader(Span<byte> buffer, int chunkLength)
    {
        // A length of zero would end the stream, and clamd would give a verdict on a part of the file.
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkLength);
        BinaryPrimitives.WriteInt32BigEndian(buffer, chunkLength);
    }

    /// <summary>The text of a complete reply, whose only zero byte is the last byte; otherwise null.</summary>
    public static string? TextOf(ReadOnlySpan<byte> reply) =>
        reply.IndexOf((byte)0) is var end and >= 0 && end == reply.Length - 1 ? Encoding.Latin1.GetString(reply[..end]) : null;

    /// <summary>Parses the reply to INSTREAM. Any text that does not match a known reply exactly is not a verdict.</summary>
    public static ClamdReply ParseScan(string text)
    {
        if (text == "stream: OK")
            return new ClamdReply.Clean();
        if (text == "INSTREAM size limit exceeded. ERROR")
            return new ClamdReply.LimitExceeded("StreamMaxLength");
        if (text.Length <= Prefix.Length + Found.Length
            || !text.StartsWith(Prefix, StringComparison.Ordinal) || !text.EndsWith(Found, StringComparison.Ordinal))
        {
            return new ClamdReply.Unusable(Printable(text));
        }

        var name = Printable(text[Prefix.Length..^Found.Length]);
        // Versions before 0.103 do not name the limit.
        if (name == "Heuristics.Limits.Exceeded")
            return new ClamdReply.LimitExceeded(name);
        if (After(name, "Heuristics.Limits.Exceeded.") is { } limit)
            return new ClamdReply.LimitExceeded(limit);
        return After(name, "Heuristics.Broken.Media") is null ? new ClamdReply.Infected(name) : new ClamdReply.BrokenMedia(name);
    }

    /// <summary>Makes text safe for a log line or a timeline: printable ASCII, at most 200 characters.</summary>
    public static string Printable(string text) =>
        string.Create(Math.Min(text.Length, MaxName), text, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
        });

    private static string? After(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null;
}
