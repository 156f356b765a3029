namespace Pipeline.Cli;

/// <summary>The stable exit codes, ordered by severity: of several outcomes the highest code is returned.</summary>
static class ExitCode
{
    /// <summary>Everything succeeded; every uploaded file is ready.</summary>
    public const int Done = 0;

    /// <summary>The server refused, or a file was rejected, failed, or was not finished in time.</summary>
    public const int Refused = 1;

    /// <summary>Wrong use, wrong configuration, or a token that the server does not accept.</summary>
    public const int Usage = 2;

    /// <summary>The server could not be reached, or its answer was invalid.</summary>
    public const int Unreachable = 3;

    /// <summary>Ctrl-C: 128 + SIGINT, as shells count.</summary>
    public const int Interrupted = 130;
}
