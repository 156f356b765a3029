namespace Pipeline.Corpus;

/// <summary>The arguments of the command line.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        usage: Corpus DIR [options]
          DIR                a folder with MANIFEST.tsv, and its files under files/ or beside it
          --server URL       use this server, with the token in $PIPELINE_TOKEN, instead of starting one
          --production       start the two hosts on the servers of ./services.sh instead of the embedded server
          --all-in-one DLL   the server to start; default src/AllInOne/bin/Release/net10.0/Pipeline.AllInOne.dll
          --clamd URL        for the server that is started; default $PIPELINE_CLAMD, else tcp://127.0.0.1:3311
          --json FILE        write all rows there too
          --only TEXT        only rows whose path holds TEXT
          --verbose          print all rows
        """;

    public string Folder { get; private init; } = "";

    public Uri? Server { get; private init; }

    public bool Production { get; private init; }

    public string? AllInOne { get; private init; }

    public string Clamd { get; private init; } = Environment.GetEnvironmentVariable("PIPELINE_CLAMD") ?? "tcp://127.0.0.1:3311";

    public string? Json { get; private init; }

    public string Only { get; private init; } = "";

    public bool Verbose { get; private init; }

    /// <summary>Parses the arguments; null if they are invalid.</summary>
    public static Arguments? Parse(IReadOnlyList<string> args)
    {
        var parsed = new Arguments();
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--verbose")
            {
                parsed = parsed with { Verbose = true };
                continue;
            }

            if (args[i] == "--production")
            {
                parsed = parsed with { Production = true };
                continue;
            }

            if (!args[i].StartsWith('-'))
            {
                if (parsed.Folder.Length > 0)
                    return null;
                parsed = parsed with { Folder = Path.GetFullPath(args[i]) };
                continue;
            }

            if (i + 1 == args.Count || parsed.With(args[i], args[++i]) is not { } next)
                return null;
            parsed = next;
        }

        return parsed.Folder.Length > 0 ? parsed : null;
    }

    private Arguments? With(string option, string value) => option switch
    {
        "--server" => Uri.TryCreate(value, UriKind.Absolute, out var url) ? this with { Server = url } : null,
        "--all-in-one" => this with { AllInOne = Path.GetFullPath(value) },
        "--clamd" => this with { Clamd = value },
        "--json" => this with { Json = Path.GetFullPath(value) },
        "--only" => this with { Only = value },
        _ => null,
    };
}
