using System.Net;
using System.Text.Json;

namespace Pipeline.Client;

/// <summary>The relevant parts of an RFC 9457 problem document.</summary>
/// <param name="Code">Our API's stable code, or null.</param>
/// <param name="Text">Detail or else title, with the errors of each field.</param>
/// <param name="BadFiles">The files of a batch that the server does not accept.</param>
internal sealed record Problem(string? Code, string Text, IReadOnlyList<BadFile> BadFiles)
{
    /// <summary>Reads the body of an error; null if it is not a problem document.</summary>
    public static async Task<Problem?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) != true) return null;
        try
        {
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return null;
            var code = Member(root, "code");
            return (Member(root, "detail") ?? Member(root, "title") ?? code) is { } text ? new Problem(code, text + Fields(root), BadFile.Read(root)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Explains an error answer: the cause, and what to do.</summary>
    public static PipelineException ToException(HttpStatusCode status, Problem? problem)
    {
        var code = problem?.Code ?? $"http_{(int)status}";
        return (status, problem) switch
        {
            (HttpStatusCode.Unauthorized, _) => Failure(FailureKind.Unauthorized,
                $"The server does not accept the token{(problem is null ? "" : $": {problem.Text.TrimEnd('.')}")}. Get a new one"),
            ( >= HttpStatusCode.InternalServerError, { } said) => Failure(FailureKind.ServerFault,
                $"The server failed: {said.Text.TrimEnd('.')}. Try again, or check its log"),
            ( >= HttpStatusCode.InternalServerError, null) => Failure(FailureKind.ServerFault,
                $"The server failed with status {(int)status}. Try again, or check its log"),
            ( >= HttpStatusCode.BadRequest, { } said) => Failure(FailureKind.Refused, said.Text),
            _ => Failure(FailureKind.Unexpected, $"Unexpected response with status {(int)status}. Is this a Pipeline server?"),
        };

        PipelineException Failure(FailureKind kind, string message) => new(kind, code, message) { Status = status, BadFiles = problem?.BadFiles ?? [] };
    }

    private static string Fields(JsonElement root)
    {
        if (!root.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Object) return "";
        var fields = errors.EnumerateObject().Select(field => $"{field.Name}: {string.Join(", ", Sentences(field.Value))}").ToArray();
        return fields.Length == 0 ? "" : $" [{string.Join("; ", fields)}]";
    }

    internal static IEnumerable<string> Sentences(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Sentences),
        JsonValueKind.String => [value.GetString()!],
        _ => [value.GetRawText()],
    };

    private static string? Member(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
