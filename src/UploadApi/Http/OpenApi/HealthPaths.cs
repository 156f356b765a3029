using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>Describes the routes of <see cref="Hosting.Health"/>, which the worker has too and the framework does not describe.</summary>
internal static class HealthPaths
{
    private const string Schema = "HealthAnswer";
    private const string Ready = "/health/ready";
    private const string Live = "/health/live";

    public static void AddTo(OpenApiDocument document)
    {
        document.AddComponent(Schema, new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "The health of the server.",
            Required = new HashSet<string>(StringComparer.Ordinal) { "status", "parts", "reasons", "failing" },
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["status"] = Word("The status of the worst part."),
                ["parts"] = Map(Word("The status of the part."), "The status of each part by its name, such as database or storage; empty at /health/live."),
                ["reasons"] = Map(new OpenApiSchema { Type = JsonSchemaType.String }, "The reason for each part that is not healthy. Reasons that anonymous callers must not see are omitted."),
                ["failing"] = new OpenApiSchema { Type = JsonSchemaType.Array, Description = "Each part that is not healthy; empty if all are.", Items = Failing(), Examples = [new JsonArray()] },
            },
        });
        Add(document, Live, "isLive", "Liveness: the process responds. Restart it if it does not.", isReady: false);
        Add(document, Ready, "isReady", "Readiness: its dependencies respond too. Send it no requests while it is not ready.", isReady: true);
    }

    private static void Add(OpenApiDocument document, string path, string name, string summary, bool isReady)
    {
        var responses = new OpenApiResponses { ["200"] = Answer(document, isReady ? "Ready, possibly degraded." : "Alive.", isReady, "healthy") };
        if (isReady) responses["503"] = Answer(document, "Not ready.", isReady, "unhealthy");
        document.Paths[path] = new OpenApiPathItem
        {
            Operations = new Dictionary<HttpMethod, OpenApiOperation>
            {
                [HttpMethod.Get] = new()
                {
                    OperationId = name,
                    Summary = summary,
                    Description = summary,
                    Tags = new HashSet<OpenApiTagReference> { new(ApiDocument.HealthTag, document) },
                    Security = [],
                    Responses = responses,
                },
            },
        };
    }

    private static OpenApiResponse Answer(OpenApiDocument document, string description, bool isReady, string status) => new()
    {
        Description = description,
        Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal) { [RequestIds.Header] = Operations.RequestId() },
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/json"] = new()
            {
                Schema = new OpenApiSchemaReference(Schema, document),
                Example = new JsonObject { ["status"] = status, ["parts"] = isReady ? new JsonObject { ["database"] = status } : [], ["reasons"] = new JsonObject(), ["failing"] = status == "unhealthy" ? [Failed()] : new JsonArray() },
            },
        },
    };

    private static OpenApiSchema Failing() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "A part that is not healthy.",
        Required = new HashSet<string>(StringComparer.Ordinal) { "part", "status", "action" },
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["part"] = Text("The name of the part.", "database"),
            ["status"] = Word("The status of the part."),
            ["since"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String | JsonSchemaType.Null, Format = "date-time", Description = "When the checks of this host first saw it fail.", Examples = ["2026-11-30T08:00:00Z"],
            },
            ["reason"] = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null, Description = "Why, if anonymous callers may know.", Examples = ["the database does not answer"] },
            ["action"] = Text("What an operator should do.", "Start the database."),
        },
    };

    private static JsonObject Failed() => new()
    {
        ["part"] = "database", ["status"] = "unhealthy", ["since"] = "2026-11-30T08:00:00Z", ["reason"] = "the database does not answer", ["action"] = "Start the database.",
    };

    private static OpenApiSchema Text(string description, string example) => new() { Type = JsonSchemaType.String, Description = description, Examples = [example] };

    private static OpenApiSchema Word(string description) =>
        new() { Type = JsonSchemaType.String, Description = description, Enum = ["healthy", "degraded", "unhealthy"], Examples = ["healthy"] };

    private static OpenApiSchema Map(OpenApiSchema value, string description) =>
        new() { Type = JsonSchemaType.Object, Description = description, AdditionalProperties = value, Examples = [new JsonObject()] };
}
