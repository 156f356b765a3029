using System.Globalization;

namespace Pipeline.Chaos;

/// <summary>The arguments of the command line.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        usage: Chaos [--scale N] [--only TEXT] [--short]
          --scale N     percent of the full number of runs; default 100
          --only TEXT   only faults whose name holds TEXT; may be said again
          --short       the few faults, each few times, that are tried with every run of the tests
        """;

    public int Scale { get; private init; } = 100;

    public bool Short { get; private init; }

    public IReadOnlyList<string> Only { get; private init; } = [];

    /// <summary>Parses the arguments; null if they are invalid.</summary>
    public static Arguments? Parse(IReadOnlyList<string> args)
    {
        var parsed = new Arguments();
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--short")
            {
                parsed = parsed with { Short = true, Scale = 1 };
                continue;
            }

            if (i + 1 == args.Count || parsed.With(args[i], args[++i]) is not { } next) return null;
            parsed = next;
        }

        return parsed;
    }

    private Arguments? With(string option, string value) => option switch
    {
        "--scale" when int.TryParse(value, CultureInfo.InvariantCulture, out var scale) && scale is >= 1 and <= 1000 => this with { Scale = scale },
        "--only" => this with { Only = [.. Only, value] },
        _ => null,
    };
}
