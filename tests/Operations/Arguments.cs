using System.Globalization;

namespace Pipeline.Operations;

/// <summary>The arguments of the command line.</summary>
internal sealed record Arguments(string Part)
{
    public const string Usage = """
        usage: Operations drill [--seconds N] [--only archive|dump]
          --seconds N   how long people upload before the loss; default 45
        usage: Operations upgrade --old FOLDER [--rows N] [--confirms N] [--only roll|migrate]
          --old FOLDER   a built checkout of the last release; for migrate it need not be built
          --rows N       rows of the tables that the migrations since then meet; default 1000000
          --confirms N   how many uploads each pair of versions takes; default 20
        usage: Operations alerts [--minutes N]
          --minutes N   of health under load, which fire no alert; default 30
        """;

    private static readonly string[] Parts = ["drill", "upgrade", "alerts"];

    public int Seconds { get; private init; } = 45;

    public int Minutes { get; private init; } = 30;

    public int Rows { get; private init; } = 1_000_000;

    public int Confirms { get; private init; } = 20;

    public string? Old { get; private init; }

    public string? Only { get; private init; }

    public bool Wants(string one) => Only is null || Only == one;

    /// <summary>Parses the arguments; null if they are invalid.</summary>
    public static Arguments? Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0 || !Parts.Contains(args[0])) return null;
        var parsed = new Arguments(args[0]);
        for (var i = 1; i < args.Count; i += 2)
            if (i + 1 == args.Count || parsed.With(args[i], args[i + 1]) is not { } next) return null;
            else parsed = next;
        return parsed is { Part: "upgrade", Old: null, Only: not "migrate" } ? null : parsed;
    }

    private Arguments? With(string option, string value) => option switch
    {
        "--seconds" when int.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 15 and <= 3_600 => this with { Seconds = seconds },
        "--minutes" when int.TryParse(value, CultureInfo.InvariantCulture, out var minutes) && minutes is >= 1 and <= 1_440 => this with { Minutes = minutes },
        "--rows" when int.TryParse(value, CultureInfo.InvariantCulture, out var rows) && rows is >= 1_000 and <= 100_000_000 => this with { Rows = rows },
        "--confirms" when int.TryParse(value, CultureInfo.InvariantCulture, out var confirms) && confirms is >= 1 and <= 10_000 => this with { Confirms = confirms },
        "--old" when Directory.Exists(value) => this with { Old = Path.GetFullPath(value) },
        "--only" when value is "archive" or "dump" or "roll" or "migrate" => this with { Only = value },
        _ => null,
    };
}
