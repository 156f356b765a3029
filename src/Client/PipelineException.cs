using System.Net;

namespace Pipeline.Client;

/// <summary>Who is at fault, and whether a repetition helps.</summary>
public enum FailureKind
{
    /// <summary>The server refused the request; <see cref="PipelineException.Code"/> names the reason.</summary>
    Refused,

    /// <summary>The server does not accept the token.</summary>
    Unauthorized,

    /// <summary>The server failed. The same request may succeed later.</summary>
    ServerFault,

    /// <summary>No answer came: the server was not found, or the connection broke.</summary>
    Unreachable,

    /// <summary>The object store refused the bytes.</summary>
    StoreRefused,

    /// <summary>The answer is none of a Pipeline server.</summary>
    Unexpected,

    /// <summary>The file cannot be read, or changed while it was being uploaded.</summary>
    File,

    /// <summary>The time to wait was over before the asset was final. The server continues.</summary>
    NotFinished,
}

/// <summary>A request or an upload failed. The message is one sentence that says what to do.</summary>
/// <param name="kind">Who is at fault.</param>
/// <param name="code">The stable code: the server's, or one of the client's own if the server was not reached.</param>
/// <param name="message">A sentence; may contain text of the server, so sanitise it before you print it on a terminal.</param>
/// <param name="inner">The cause.</param>
public class PipelineException(FailureKind kind, string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The code of a failed connection.</summary>
    public const string UnreachableCode = "unreachable";

    /// <summary>The code of a wait that was over too soon.</summary>
    public const string NotFinishedCode = "not_finished";

    /// <summary>Who is at fault.</summary>
    public FailureKind Kind { get; } = kind;

    /// <summary>The stable code: the server's, or one of the client's own if the server was not reached.</summary>
    public string Code { get; } = code;

    /// <summary>The HTTP status of the answer, if there was one.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>The files of a batch at fault, if the server names them.</summary>
    public IReadOnlyList<BadFile> BadFiles { get; init; } = [];

    internal static PipelineException Unexpected(string message, Exception? inner = null) =>
        new(FailureKind.Unexpected, "unexpected_answer", message, inner);
}
