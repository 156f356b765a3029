using System.CommandLine;
using System.Globalization;

namespace Pipeline.Cli.Commands.Runs;

/// <summary>The options that select the assets of a run.</summary>
sealed class RunFilterOptions
{
    // As many as the server takes.
    private const int MostIds = 200_000;

    private readonly Option<string?> _status = new("--status") { Description = "Only assets with this status", HelpName = "STATUS" };
    private readonly Option<string?> _code = new("--code") { Description = "Only assets with this code of a failure or rejection", HelpName = "CODE" };
    private readonly Option<string?> _profile = new("--profile") { Description = "Only assets of this profile", HelpName = "NAME" };
    private readonly Option<string?> _owner = new("--owner") { Description = "Only assets of this user", HelpName = "ID" };
    private readonly Option<string?> _from = new("--from") { Description = "Only assets requested at or after this time, such as 2026-01-31 or 2026-01-31T12:00:00Z", HelpName = "TIME" };
    private readonly Option<string?> _to = new("--to") { Description = "Only assets requested before this time", HelpName = "TIME" };
    private readonly Option<string?> _idsFrom = new("--ids-from") { Description = "Only the assets in this file, one id a line, at most 200,000", HelpName = "FILE" };
    private readonly Option<bool> _all = new("--all") { Description = "All assets of the tenant" };

    public void AddTo(Command command)
    {
        foreach (var option in Options) command.Add(option);
    }

    /// <summary>Whether the command line selects assets.</summary>
    public bool IsGiven(ParseResult parsed) => Options.Any(option => parsed.GetResult(option) is { Implicit: false });

    /// <summary>The filter of the API.</summary>
    public object Read(ParseResult parsed, string? stale = null, Scanned? scanned = null) => new
    {
        all = parsed.GetValue(_all) ? true : (bool?)null,
        status = parsed.GetValue(_status),
        code = parsed.GetValue(_code),
        profile = parsed.GetValue(_profile),
        ownerId = parsed.GetValue(_owner),
        createdFrom = Time(parsed, _from),
        createdTo = Time(parsed, _to),
        stale,
        scannedBefore = scanned?.Before,
        signaturesBefore = scanned?.SignaturesBefore,
        ids = parsed.GetValue(_idsFrom) is { } file ? ReadIds(file) : null,
    };

    private IEnumerable<Option> Options => [_status, _code, _profile, _owner, _from, _to, _idsFrom, _all];

    internal static DateTimeOffset? Time(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw CliFailure.Usage($"{option.Name} must be a time, such as 2026-01-31 or 2026-01-31T12:00:00Z");
    }

    private static List<Guid> ReadIds(string file)
    {
        var (ids, number) = (new HashSet<Guid>(), 0);
        try
        {
            foreach (var line in File.ReadLines(file))
            {
                number++;
                if (string.IsNullOrWhiteSpace(line)) continue;
                if (!Guid.TryParseExact(line.Trim(), "D", out var id)) throw CliFailure.Usage($"{file}, line {number}: this is not an asset's id, such as 0190a5b2-7c3e-7000-8000-0123456789ab");
                if (ids.Add(id) && ids.Count > MostIds) throw CliFailure.Usage($"{file}, line {number}: a plan takes at most {MostIds:N0} ids. Split the file, and plan several runs");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliFailure.Usage($"Cannot read {file}: {e.Message}");
        }

        return ids.Count > 0 ? [.. ids] : throw CliFailure.Usage($"{file} has no ids");
    }
}
