using System.Text.RegularExpressions;

namespace Pipeline.EndToEnd.Hostile;

/// <summary>All routes from the server's own description, so that tests cover new routes automatically.</summary>
internal sealed partial class ApiSurface
{
    private readonly JsonNode _document;

    private ApiSurface(JsonNode document)
    {
        _document = document;
        Operations =
        [
            .. from path in document["paths"]!.AsObject()
               from verb in path.Value!.AsObject()
               where verb.Value is JsonObject operation && operation.ContainsKey("responses")
               select new Operation(this, verb.Key.ToUpperInvariant(), path.Key, verb.Value!),
        ];
        Operations.Count.ShouldBeGreaterThan(10, "or the document no longer describes the API");
    }

    public IReadOnlyList<Operation> Operations { get; }

    public static async Task<ApiSurface> OfAsync(HttpClient http) =>
        new(JsonNode.Parse(await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!);

    /// <summary>A value that the schema allows.</summary>
    /// <param name="id">Used for every id.</param>
    public JsonNode? Sample(JsonNode? schema, Guid id)
    {
        if (schema is null) return "x";
        if (schema["$ref"]?.GetValue<string>() is { } reference) return Sample(Resolve(reference), id);
        if ((schema["oneOf"] ?? schema["anyOf"] ?? schema["allOf"])?.AsArray() is { } choices) return Sample(choices.LastOrDefault(c => c?["type"]?.ToString() != "null"), id);
        if (schema["enum"]?.AsArray() is { Count: > 0 } words) return words[0]!.DeepClone();
        if (schema["properties"]?.AsObject() is { } properties)
            return new JsonObject(properties.Select(p => KeyValuePair.Create(p.Key, Sample(p.Value, id))));
        return TypeOf(schema) switch
        {
            "array" => new JsonArray(Sample(schema["items"], id)),
            "object" => new JsonObject(),
            "integer" => 1,
            "number" => 0.5,
            "boolean" => true,
            _ => schema["format"]?.ToString() switch { "uuid" => id.ToString(), "uri" => "https://example.com/", "date-time" => "2026-01-01T00:00:00Z", _ => "x" },
        };
    }

    private JsonNode Resolve(string reference)
    {
        var node = _document;
        foreach (var part in reference.Split('/').Skip(1)) node = node[part]!;
        return node;
    }

    // With OpenAPI 3.1 a type may be a list such as ["null", "string"].
    private static string? TypeOf(JsonNode schema) => schema["type"] switch
    {
        JsonArray many => many.Select(t => t!.ToString()).Where(t => t != "null").Order(StringComparer.Ordinal).FirstOrDefault(),
        { } one => one.ToString(),
        null => null,
    };

    /// <summary>One method of one path.</summary>
    public sealed partial class Operation(ApiSurface surface, string method, string path, JsonNode description)
    {
        public string Method => method;

        public string Path => path;

        public bool WantsToken => description["security"]?.AsArray().Count > 0;

        /// <summary>Its body is an object whose fields the document names.</summary>
        public bool TakesBody => Body(Guid.Empty) is not null;

        public bool HasPathParameters => path.Contains('{', StringComparison.Ordinal);

        public IReadOnlyList<string> QueryParameters => [.. Parameters("query").Select(p => p["name"]!.ToString())];

        private JsonNode? BodySchema => description["requestBody"]?["content"]?["application/json"]?["schema"];

        /// <summary>The path with this value for each id, and 1 for each number.</summary>
        public string At(string id) => PathParameter().Replace(path, name =>
        {
            var schema = Parameters("path").FirstOrDefault(p => p["name"]!.ToString() == name.Groups["name"].Value)?["schema"];
            return schema is not null && TypeOf(schema) == "integer" ? "1" : id;
        });

        /// <summary>A body that fits the description; null for a route without a body, or whose body can be anything.</summary>
        public JsonObject? Body(Guid id) => BodySchema is { } schema ? surface.Sample(schema, id) as JsonObject : null;

        public override string ToString() => $"{method} {path}";

        private IEnumerable<JsonNode> Parameters(string place) =>
            (description["parameters"]?.AsArray() ?? []).Where(p => p!["in"]!.ToString() == place).Select(p => p!);

        [GeneratedRegex(@"\{(?<name>[^}]+)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
        private static partial Regex PathParameter();
    }
}
