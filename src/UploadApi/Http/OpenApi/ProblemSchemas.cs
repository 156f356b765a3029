using System.Text.Json.Nodes;
using Microsoft.OpenApi;

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
        foreach (var (name, more, _) in More(kind.Code)) example[name] = more.Examples?[0].DeepClone();
        return example;
    }

    // The fields that only a problem of this code has.
    private static IEnumerable<(string Name, OpenApiSchema Schema, bool IsRequired)> More(string code) => code switch
    {
        "invalid_request" => [("errors", Errors(), false)],
        "unsupported_type" => [("allowedTypes", new OpenApiSchema
        {
            Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String }, Description = "The media types that are accepted.", Examples = [new JsonArray("image/jpeg", "image/png")],
        }, true)],
        "too_large" => [("maxSize", Number("The largest size in bytes.", 10_485_760), true), ("receivedSize", Number("The announced size in bytes.", 20_971_520), true)],
        "too_many_pending" => [("limit", Share("The limit of pending uploads per user.", 200, 2_147_483_648), true), ("used", Share("The pending uploads of this user.", 200, 2_097_152_000), true), ("remaining", Share("The rest that this user may still announce.", 0, 50_331_648), true)],
        _ => [],
    };

    private static OpenApiSchema Errors() => new()
    {
        Type = JsonSchemaType.Object,
        AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
        Description = "The errors of each field of the body, the query or the path. Omitted if no field is at fault, for example if the body is not JSON.",
        Examples = [new JsonObject { ["fileSize"] = new JsonArray("must be a whole number") }],
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
