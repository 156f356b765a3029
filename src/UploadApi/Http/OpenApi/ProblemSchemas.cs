using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Pipeline.Assets;
using Pipeline.Assets.Moves;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Runs;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>
/// Schemas and examples of problem details (RFC 9457): one schema for each code, so that a client that checks <c>code</c> knows the other
/// fields.
/// </summary>
internal static class ProblemSchemas
{
    private static readonly string[] Common = ["type", "title", "status", "detail", "code"];

    public static OpenApiSchema Of(ProblemKind kind)
    {
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = kind.When,
            Required = new HashSet<string>(Common, StringComparer.Ordinal),
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["type"] = Word($"urn:pipeline:problem:{kind.Code}", "The code as a URN."),
                ["title"] = Text("The code in words."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Enum = [JsonValue.Create(kind.Status)], Description = "The HTTP status." },
                ["detail"] = Text("A sentence for people. It says what is wrong and what to do."),
                ["code"] = Word(kind.Code, "The stable code."),
            },
        };
        foreach (var (name, more, isRequired) in More(kind.Code))
        {
            schema.Properties[name] = more;
            if (isRequired) schema.Required.Add(name);
        }

        schema.Examples = [Example(kind)];
        return schema;
    }

    public static JsonObject Example(ProblemKind kind)
    {
        var example = new JsonObject
        {
            ["type"] = $"urn:pipeline:problem:{kind.Code}", ["title"] = kind.Code.Replace('_', ' '), ["status"] = kind.Status, ["detail"] = kind.When, ["code"] = kind.Code,
        };
        foreach (var (name, more, _) in More(kind.Code).Where(field => field.IsRequired || field.Name == "errors")) example[name] = more.Examples?[0].DeepClone();
        return example;
    }

    /// <summary>The example of one code among those of the same status.</summary>
    public static IOpenApiExample Named(ProblemKind kind) => new OpenApiExample { Summary = kind.When, Value = Example(kind) };

    // The fields that only a problem of this code has.
    private static IEnumerable<(string Name, OpenApiSchema Schema, bool IsRequired)> More(string code) => code switch
    {
        "invalid_request" => [("errors", Errors(), false), ("files", Files(), false)],
        "unsupported_type" => [("allowedTypes", AllowedTypes(), true), ("errors", Errors(), false)],
        "too_large" => [("maxSize", Number("The largest size in bytes.", 10_485_760), true), ("receivedSize", Number("The announced size in bytes, or that of the file that arrived; omitted if an earlier response told it.", 20_971_520), false), ("errors", Errors(), false)],
        "too_many_pending" => [("limit", Share("The limit of pending uploads per user.", 200, 2_147_483_648), true), ("used", Share("The pending uploads of this user.", 200, 2_097_152_000), true), ("remaining", Share("The rest that this user may still announce.", 0, 50_331_648), true)],
        "parts_missing" => [("missing", Numbers("The numbers of the parts that are missing.", 2, 3), true)],
        "unknown_job" => [("jobs", Names("The jobs.", "Dispatcher"), true)],
        "storage_full" => [LimitName(storage: true), ("max", Number("The limit.", 5_368_709_120), true), ("used", Number("The amount that is used without this request.", 5_368_000_000), true)],
        "quota_exceeded" => [LimitName(storage: false), ("max", Number("The limit.", 500), true), ("used", Number("The amount that is used without this request.", 500), true), ("resetsAt", Time("When the day ends."), true)],
        "forbidden" => [("role", new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. Role.All.Select(role => (JsonNode)role)], Description = "The role that is missing.", Examples = [Role.Viewer] }, false)],
        "run_state" or "plan_used" => [("state", new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. RunState.All.Select(state => (JsonNode)state)], Description = "The state of the run.", Examples = [RunState.Completed] }, true)],
        "plan_stale" => [("profiles", new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String }, Description = "The profiles that changed.", Examples = [new JsonArray("web")] }, true)],
        "run_active" => [("runId", Id("The other run.", "0191e9a0-0000-7000-8000-0000000000c1"), true)],
        "migrate_incomplete" =>
        [
            ("counts", new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Integer }, Description = "How many objects differ, by code.", Examples = [new JsonObject { [MoveCode.Differs] = 1 }] }, true),
            ("examples", Names("Keys of up to five of them.", $"assets/01/{Examples.Id}/8f14e45fceea167a/w320.webp"), true),
        ],
        "already_confirmed" => [("id", Id("The upload, in the answer to a repeated request.", Examples.Id), false), ("batchId", Id("The batch, in the answer to a repeated request.", Examples.BatchId), false)],
        _ => [],
    };

    private static OpenApiSchema Names(string description, params string[] example) => new()
    {
        Type = JsonSchemaType.Array,
        Items = new OpenApiSchema { Type = JsonSchemaType.String },
        Description = description,
        Examples = [new JsonArray([.. example.Select(name => JsonValue.Create(name))])],
    };

    private static OpenApiSchema Numbers(string description, params int[] example) => new()
    {
        Type = JsonSchemaType.Array,
        Items = new OpenApiSchema { Type = JsonSchemaType.Integer },
        Description = description,
        Examples = [new JsonArray([.. example.Select(number => JsonValue.Create(number))])],
    };

    private static (string Name, OpenApiSchema Schema, bool IsRequired) LimitName(bool storage)
    {
        JsonNode[] names = [.. LimitKind.All.Where(kind => kind.IsOfDay != storage).Select(kind => (JsonNode)kind.Name)];
        return ("limit", new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. names], Description = "The limit that is reached.", Examples = [names[0].DeepClone()] }, true);
    }

    private static OpenApiSchema Time(string description) =>
        new() { Type = JsonSchemaType.String, Format = "date-time", Description = description, Examples = ["2026-02-01T00:00:00Z"] };

    private static OpenApiSchema Id(string description, string example) =>
        new() { Type = JsonSchemaType.String, Format = "uuid", Description = description, Examples = [example] };

    private static OpenApiSchema Errors() => new()
    {
        Type = JsonSchemaType.Object,
        AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
        Description = "The errors of each field of the body, the query or the path. Omitted if no field is at fault, for example if the body is not JSON.",
        Examples = [new JsonObject { ["fileSize"] = new JsonArray("must be a whole number") }],
    };

    private static OpenApiSchema Files() => new()
    {
        Type = JsonSchemaType.Array,
        Description = "The refused files of a batch, each with the fields of the problem that it would have alone. Omitted for other requests.",
        Items = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string>(StringComparer.Ordinal) { "index", "code", "detail" },
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["index"] = Number("Place in the request, from 0.", 3),
                ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["invalid_request", "unsupported_type", "too_large"], Description = "The code that the file alone would get." },
                ["detail"] = Text("A sentence for people."),
                ["errors"] = Errors(),
                ["allowedTypes"] = AllowedTypes(),
                ["maxSize"] = Number("The largest size in bytes.", 10_485_760),
                ["receivedSize"] = Number("The announced size in bytes.", 20_971_520),
            },
        },
        Examples = [new JsonArray(new JsonObject { ["index"] = 3, ["code"] = "too_large", ["detail"] = "The file is too large.", ["maxSize"] = 10_485_760, ["receivedSize"] = 20_971_520 })],
    };

    private static OpenApiSchema AllowedTypes() => new()
    {
        Type = JsonSchemaType.Array,
        Items = new OpenApiSchema { Type = JsonSchemaType.String },
        Description = "The media types that are accepted.",
        Examples = [new JsonArray("image/jpeg", "image/png")],
    };

    private static OpenApiSchema Share(string description, long uploads, long bytes) => new()
    {
        Type = JsonSchemaType.Object,
        Description = description,
        Required = new HashSet<string>(StringComparer.Ordinal) { "uploads", "bytes" },
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["uploads"] = Number("Uploads.", uploads), ["bytes"] = Number("Bytes announced for them.", bytes),
        },
        Examples = [new JsonObject { ["uploads"] = uploads, ["bytes"] = bytes }],
    };

    private static OpenApiSchema Word(string word, string description) => new() { Type = JsonSchemaType.String, Enum = [JsonValue.Create(word)], Description = description };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static OpenApiSchema Number(string description, long example) =>
        new() { Type = JsonSchemaType.Integer, Format = "int64", Description = description, Examples = [JsonValue.Create(example)] };
}
