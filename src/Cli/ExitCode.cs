namespace Pipeline.Cli;

/// <summary>What a script that calls the CLI can rely on. Ordered by gravity: of several outcomes the highest is told.</summary>
static class ExitCode
{
    /// <summary>All that was asked for was done; every uploaded file is ready.</summary>
    public const int Done = 0;

    /// <summary>The server refused, or a file was rejected, failed, or was not finished in time.</summary>
    public const int Refused = 1;

    /// <summary>Wrong use, wrong configuration, or a token that the server does not accept.</summary>
    public const int Usage = 2;

    /// <summary>The server could not be reached or gave an answer that makes no sense.</summary>
    public const int Unreachable = 3;

    /// <summary>Ctrl-C: 128 + SIGINT, as shells count.</summary>
    public const int Interrupted = 130;
}
