namespace Pipeline.Cli;

/// <summary>Ends a command, or one file of an upload, with a one-line message that says what to do.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="code">The stable code: the server's, or our own if the server was not reached.</param>
/// <param name="message">A sentence; may contain text of the server, so it is sanitised when it is printed.</param>
/// <param name="inner">The cause.</param>
sealed class CliFailure(int exitCode, string code, string message, Exception? inner = null) : PipelineException(FailureKind.Refused, code, message, inner)
{
    /// <summary>The code of faults in the command line or configuration; the server has no such code.</summary>
    public const string UsageCode = "usage";

    // What a person at a terminal can do, after sentences of the client that every program can print.
    private static readonly (string End, string More)[] Advice =
    [
        ("Get a new one", ", and save it with pipeline login or set PIPELINE_TOKEN for one run"),
        ("connection refused. Is the server running?", " Name another one with --server or PIPELINE_SERVER"),
        ("no such host. Check the address", " in --server, PIPELINE_SERVER or the config file"),
    ];

    public int ExitCode { get; } = exitCode;

    /// <summary>A failure of the client as the command line shows it.</summary>
    public static CliFailure Of(PipelineException failure) => failure as CliFailure ?? new CliFailure(
        failure.Kind switch
        {
            FailureKind.Unauthorized => Cli.ExitCode.Usage,
            FailureKind.Refused or FailureKind.File or FailureKind.NotFinished => Cli.ExitCode.Refused,
            _ => Cli.ExitCode.Unreachable,
        },
        failure.Code,
        failure.Message + (failure.Kind is FailureKind.Unauthorized or FailureKind.Unreachable
            ? Array.Find(Advice, one => failure.Message.EndsWith(one.End, StringComparison.Ordinal)).More
            : ""),
        failure)
    {
        Status = failure.Status,
        BadFiles = failure.BadFiles,
    };

    public static CliFailure Usage(string message) => new(Cli.ExitCode.Usage, UsageCode, message);

    public static new CliFailure Unexpected(string message, Exception? inner = null) =>
        new(Cli.ExitCode.Unreachable, "unexpected_answer", message, inner);
}
