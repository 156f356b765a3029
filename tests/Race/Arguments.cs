using System.Globalization;

namespace Pipeline.Race;

/// <summary>The arguments of the command line.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        usage: Race [options]
          --count N    races on the embedded server; default 10000. A twentieth as many run on the two hosts
          --seed N     where the random numbers start; default 1
          --hosts N    races on the two hosts, and none on the embedded server
        """;

    public int Count { get; private init; } = 10_000;

    public int Seed { get; private init; } = 1;

    /// <summary>By default a twentieth of the number for the embedded server.</summary>
    public int ProductionCount => HostsOnly ?? Math.Max(1, Count / 20);

    public int? HostsOnly { get; private init; }

    /// <summary>Parses the arguments; null if they are invalid.</summary>
    public static Arguments? Parse(IReadOnlyList<string> args)
    {
        var parsed = new Arguments();
        for (var i = 0; i < args.Count; i += 2)
        {
            if (i + 1 == args.Count || !int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var number)) return null;
            var next = args[i] switch
            {
                "--count" when number > 0 => parsed with { Count = number },
                "--hosts" when number > 0 => parsed with { HostsOnly = number },
                "--seed" => parsed with { Seed = number },
                _ => null,
            };
            if (next is null) return null;
            parsed = next;
        }

        return parsed;
    }
}
