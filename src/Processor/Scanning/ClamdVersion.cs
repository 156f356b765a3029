using System.Globalization;

namespace Pipeline.Processor.Scanning;

/// <summary>
/// The version reply of clamd, such as <c>ClamAV 1.4.6/27500/Mon Nov 17 09:12:01 2025</c>: program, signature version and signature date.
/// </summary>
internal sealed class ClamdVersion(ClamdOptions options, TimeProvider time)
{
    /// <summary>How long a reply is cached. Signatures change a few times a day; a query for each file would double the connections.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private Answer? _last;

    /// <summary>The scanner's name for timelines; only "clamd" if clamd does not report its version (EnableVersionCommand no).</summary>
    public async Task<string> NameAsync(CancellationToken cancellationToken)
    {
        if (_last is { } last && time.GetElapsedTime(last.At) < Fresh)
            return last.Name;

        using var connection = await ClamdConnection.OpenAsync(options, time, cancellationToken);
        var text = await connection.TrySendAsync(ClamdProtocol.Version, cancellationToken)
            ? await connection.ReceiveAsync(dueAtOnce: true, cancellationToken)
            : "";
        var name = text.StartsWith("ClamAV ", StringComparison.Ordinal) ? ClamdProtocol.Printable(text) : "clamd";
        _last = new Answer(name, time.GetTimestamp());
        return name;
    }

    /// <summary>Date of the signatures; null if the name has none. clamd writes local time without a zone; it is parsed as UTC.</summary>
    public static DateTimeOffset? SignaturesFrom(string name) =>
        name.Split('/') is [_, _, var date]
        && DateTimeOffset.TryParseExact(date, "ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture,
            DateTimeStyles.AllowInnerWhite | DateTimeStyles.AssumeUniversal, out var from)
            ? from
            : null;

    private sealed record Answer(string Name, long At);
}
