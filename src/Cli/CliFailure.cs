using System.Net;

namespace Pipeline.Cli;

/// <summary>Ends a command, or one file of an upload, with a single line that says what to do.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="code">The stable code: the server's, or one of our own for what never reached it.</param>
/// <param name="message">A sentence; may hold text of the server's, so it is cleaned where it is printed.</param>
sealed class CliFailure(int exitCode, string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The code of what has no code, as nothing was asked of a server.</summary>
    public const string UsageCode = "usage";

    /// <summary>The code of what found no server, or lost it on the way.</summary>
    public const string UnreachableCode = "unreachable";

    public int ExitCode { get; } = exitCode;

    public string Code { get; } = code;

    /// <summary>The status of the answer that says so, if there was one.</summary>
    public HttpStatusCode? Status { get; init; }

    public static CliFailure Usage(string message) => new(Cli.ExitCode.Usage, UsageCode, message);

    public static CliFailure Unexpected(string message, Exception? inner = null) =>
        new(Cli.ExitCode.Unreachable, "unexpected_answer", message, inner);
}
