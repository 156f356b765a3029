using System.Net;

namespace Pipeline.Cli;

/// <summary>Ends a command, or one file of an upload, with a one-line message that says what to do.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="code">The stable code: the server's, or our own if the server was not reached.</param>
/// <param name="message">A sentence; may contain text of the server, so it is sanitised when it is printed.</param>
sealed class CliFailure(int exitCode, string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The code of faults in the command line or configuration; the server has no such code.</summary>
    public const string UsageCode = "usage";

    /// <summary>The code of a failed connection: the server was not found, or the connection broke.</summary>
    public const string UnreachableCode = "unreachable";

    public int ExitCode { get; } = exitCode;

    public string Code { get; } = code;

    /// <summary>The HTTP status of the answer, if there was one.</summary>
    public HttpStatusCode? Status { get; init; }

    public static CliFailure Usage(string message) => new(Cli.ExitCode.Usage, UsageCode, message);

    public static CliFailure Unexpected(string message, Exception? inner = null) =>
        new(Cli.ExitCode.Unreachable, "unexpected_answer", message, inner);
}
