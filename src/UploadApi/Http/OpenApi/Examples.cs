using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>Builds the example of each body from the examples of its fields, so that it cannot become outdated.</summary>
internal static class Examples
{
    public const string Id = "0191e9a0-0000-7000-8000-00000000000e";

    // Fields that examples leave out, because they would contradict the others.
    private static readonly HashSet<string> OptionalFields = new(StringComparer.Ordinal) { "rejection", "failure", "work", "animated", "nextRevision" };

    public static void Add(OpenApiDocument document)
    {
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations?.Values.ToList() ?? []))
        {
            foreach (var body in (operation.RequestBody as OpenApiRequestBody)?.Content?.Values ?? []) body.Example ??= Of(body.Schema);
            if (operation.RequestBody is OpenApiRequestBody request) request.Description ??= request.Content?.Values.FirstOrDefault()?.Schema?.Description;
            foreach (var media in (operation.Responses?.Values.ToList() ?? []).SelectMany(response => response.Content?.Values ?? [])) media.Example ??= Of(media.Schema);
        }
    }

    private static JsonNode? Of(IOpenApiSchema? schema) => schema switch
    {
        null => null,
        { Properties.Count: > 0 } => new JsonObject(schema.Properties.Where(p => !OptionalFields.Contains(p.Key)).Select(p => KeyValuePair.Create(p.Key, Of(p.Value)))),
        { AnyOf: [var first, ..] } => Of(first),
        { OneOf.Count: > 0 } => Of(schema.OneOf.FirstOrDefault(choice => choice.Type != JsonSchemaType.Null)),
        { Items: { } items } => new JsonArray(Of(items)),
        { Enum: [var word, ..], Examples: null } => word.DeepClone(),
        _ => schema.Examples?[0].DeepClone(),
    };
}
