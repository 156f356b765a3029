using System.Text.Json.Nodes;
using Pipeline.Assets;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>A field's meaning, an example, and its values if they are a closed set.</summary>
internal sealed record FieldNote(string Description, JsonNode? Example = null, string[]? Words = null);

/// <summary>Describes the schemas of operators' routes; each field by its schema and its name. <see cref="SchemaNotes"/> has the others.</summary>
internal static class OperatorNotes
{
    private const string Time = "2026-01-31T12:00:00Z";

    public static IReadOnlyDictionary<string, string> Schemas { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AuditPage"] = "One page of the audit. The newest lines come first.", ["AuditLineView"] = "What an operator did or tried.",
    };

    public static IReadOnlyDictionary<string, FieldNote> Fields { get; } = new Dictionary<string, FieldNote>(StringComparer.Ordinal)
    {
        ["AuditPage.items"] = new("The lines."),
        ["AuditLineView.id"] = new("The line.", "0191e9a0-0000-7000-8000-0000000000a1"),
        ["AuditLineView.at"] = new("When it happened.", Time),
        ["AuditLineView.userId"] = new("The user of the token.", "ada"),
        ["AuditLineView.roles"] = new("The roles that the token named.", new JsonArray(Role.Operator), [.. Role.All]),
        ["AuditLineView.verb"] = new("The kind of change; more may be added.", "run.apply"),
        ["AuditLineView.target"] = new("The changed thing, usually an id; omitted if there is none.", "0191e9a0-0000-7000-8000-0000000000c1"),
        ["AuditLineView.filter"] = new("The filter or the new settings; omitted without."),
        ["AuditLineView.reason"] = new("The reason that the operator gave; omitted without.", "new width for the shop"),
        ["AuditLineView.result"] = new("ok, or the code of the problem that refused the request.", "ok"),
        ["AuditLineView.requestId"] = new("The id of the request in the server's log.", "0HN8Q1E1"),
    };
}
