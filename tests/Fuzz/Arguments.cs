using System.Globalization;

namespace Pipeline.Fuzz;

/// <summary>The arguments of the command line.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        usage: Fuzz DIR [options]
          DIR          a folder of images, good and hostile, that are mutated
          --count N    images to make and process; default 20000
          --seed N     where the random numbers start; default 1. The same seed and files give the same images
          --keep DIR   where images are kept that a decoder died on, or that failed in a way that is ours
        """;

    public string Folder { get; private init; } = "";

    public int Count { get; private init; } = 20_000;

    public int Seed { get; private init; } = 1;

    public string Keep { get; private init; } = Path.Combine(Path.GetTempPath(), "pipeline-fuzz");

    /// <summary>Parses the arguments; null if they are invalid.</summary>
    public static Arguments? Parse(IReadOnlyList<string> args)
    {
        var parsed = new Arguments();
        for (var i = 0; i < args.Count; i++)
        {
            var next = args[i].StartsWith("--", StringComparison.Ordinal)
                ? i + 1 < args.Count ? parsed.With(args[i], args[++i]) : null
                : parsed.Folder.Length == 0 ? parsed with { Folder = Path.GetFullPath(args[i]) } : null;
            if (next is null)
                return null;
            parsed = next;
        }

        return Directory.Exists(parsed.Folder) ? parsed : null;
    }

    private Arguments? With(string option, string value) => option switch
    {
        "--count" when Number(value) is > 0 and var count => this with { Count = count },
        "--seed" when Number(value) is { } seed => this with { Seed = seed },
        "--keep" => this with { Keep = Path.GetFullPath(value) },
        _ => null,
    };

    private static int? Number(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
