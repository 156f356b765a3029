using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Pipeline.UploadApi.Live;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>Builds the example of each body from the examples of its fields, so that it cannot become outdated.</summary>
internal static class Examples
{
    public const string Id = "0191e9a0-0000-7000-8000-00000000000e";
    public const string WebhookId = "0191e9a0-0000-7000-8000-0000000000e1";
    public const string BatchId = "0191e9a0-0000-7000-8000-0000000000b1";

    public const string EventId = "evt_0191e9a00000700080000000000000e0_5";
    public const string Ticket = "q5Zc0Tn3mE1y8uWb7xKd2fGh4jLp6rSv9aBcDeFgHiJ";

    // As it is sent: messages with an empty line after each.
    private const string Stream = $$"""
        event: status
        id: {{EventId}}
        data: {"id":"{{EventId}}","type":"asset.ready","timestamp":"2026-01-31T12:00:00Z","sequence":5,"status":"ready","data":{"id":"{{Id}}"} }

        event: end
        data: {}


        """;

    // Fields that examples leave out, because they would contradict the others.
    private static readonly HashSet<string> OptionalFields = new(StringComparer.Ordinal) { "rejection", "failure", "work", "animated", "nextRevision", "temporary", "deleteAt",
        "disabledReason", "failingSince", "pausedAt", "nextProbeAt", "previousSecretUntil", "error", "nextFrom", "multipart", "uploadId", "partNumber", "multipartFromBytes" };

    public static void Add(OpenApiDocument document)
    {
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations?.Values.ToList() ?? []))
        {
            foreach (var body in (operation.RequestBody as OpenApiRequestBody)?.Content?.Values ?? []) body.Example ??= operation.OperationId == "storeEvents" ? StoreEvents() : Of(body.Schema);
            if (operation.RequestBody is OpenApiRequestBody request) request.Description ??= request.Content?.Values.FirstOrDefault()?.Schema?.Description;
            foreach (var (type, media) in (operation.Responses?.Values.ToList() ?? []).SelectMany(response => response.Content?.ToList() ?? []).Where(content => content.Value.Examples is null)) media.Example ??= type == StreamResponse.ContentType ? Stream : Of(media.Schema);
        }
    }

    // The body has the shape of the store, which no schema of ours describes.
    private static JsonObject StoreEvents() => new()
    {
        ["Records"] = new JsonArray(new JsonObject
        {
            ["eventName"] = "ObjectCreated:Put",
            ["s3"] = new JsonObject { ["bucket"] = new JsonObject { ["name"] = "uploads" }, ["object"] = new JsonObject { ["key"] = "uploads/ada/1793000000000-0123456789abcdef.jpg", ["size"] = 2_190_194 } },
        }),
    };

    private static JsonNode? Of(IOpenApiSchema? schema) => schema switch
    {
        null => null,
        { Properties.Count: > 0 } => new JsonObject(schema.Properties.Where(p => !OptionalFields.Contains(p.Key) || schema.Required?.Contains(p.Key) == true).Select(p => KeyValuePair.Create(p.Key, Of(p.Value)))),
        { AnyOf: [var first, ..] } => Of(first),
        { OneOf.Count: > 0 } => Of(schema.OneOf.FirstOrDefault(choice => choice.Type != JsonSchemaType.Null)),
        { Items: not null, Examples: [var list, ..] } => list.DeepClone(),
        { Items: { } items } => new JsonArray(Of(items)),
        { Enum: [var word, ..], Examples: null } => word.DeepClone(),
        _ => schema.Examples?[0].DeepClone(),
    };
}
