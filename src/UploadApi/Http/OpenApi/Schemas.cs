using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>Aligns the schemas with the server: answers leave out null, sets of words are closed, numbers are whole.</summary>
internal static class Schemas
{
    private static readonly Dictionary<string, string[]> RequiredOfRequests = new(StringComparer.Ordinal)
    {
        ["PresignRequest"] = ["filename", "contentType", "fileSize"],
        ["FocalPointRequest"] = ["x", "y"],
        ["TicketRequest"] = ["stream"],
        ["PresignBatchRequest"] = ["files"],
        ["AssetIdsRequest"] = ["ids"],
        ["CreateWebhookRequest"] = ["url"],
        ["SignPartsRequest"] = ["parts"],
        ["SignRequest"] = ["method", "key"],
        ["PlanRunRequest"] = ["kind"],
        ["ChangeRunRequest"] = ["pace"],
        ["ChangeAssetRequest"] = ["visibility"],
    };

    /// <summary>Types whole numbers as integers, because the exporter cannot read our converters.</summary>
    public static Task TypeNumbersAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        var isNullable = type != context.JsonTypeInfo.Type || (context.JsonPropertyInfo is { } property && Nullable.GetUnderlyingType(property.PropertyType) is not null);
        if (context.JsonTypeInfo is { ElementType: { } element, Kind: var kind } && (element == typeof(int) || element == typeof(long)))
        {
            var number = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = element == typeof(int) ? "int32" : "int64" };
            if (kind == JsonTypeInfoKind.Dictionary) schema.AdditionalProperties = number;
            else schema.Items = number;
        }

        if (type == typeof(int) || type == typeof(long)) schema.Type = isNullable ? JsonSchemaType.Integer | JsonSchemaType.Null : JsonSchemaType.Integer;
        return Task.CompletedTask;
    }

    public static void Complete(OpenApiDocument document)
    {
        var schemas = document.Components!.Schemas ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        foreach (var (name, schema) in schemas.Select(s => (s.Key, s.Value as OpenApiSchema)).ToList())
        {
            if (schema?.Properties is null || name.EndsWith("Problem", StringComparison.Ordinal)) continue;
            schema.Description ??= SchemaNotes.OfSchema(name);
            if (name.EndsWith("Request", StringComparison.Ordinal)) CompleteRequest(name, schema);
            else CompleteAnswer(schema);
            foreach (var (field, property) in schema.Properties.ToList()) schema.Properties[field] = SchemaNotes.WithNote(name, field, property);
        }

        // The data is an asset, a batch, or only an id.
        schemas.Remove("JsonObject");
        if (schemas.TryGetValue("EventView", out var line))
            line.Properties!["data"] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = line.Properties["data"].Description, AdditionalProperties = new OpenApiSchema(), Examples = [new JsonObject { ["id"] = Examples.Id, ["status"] = "ready" }] };
        if (schemas.TryGetValue("AuditLineView", out var audit))
            audit.Properties!["filter"] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = audit.Properties["filter"].Description, AdditionalProperties = new OpenApiSchema(), Examples = [new JsonObject { ["status"] = "ready" }] };
        if (schemas.TryGetValue("RunView", out var run))
            run.Properties!["settings"] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = run.Properties["settings"].Description, AdditionalProperties = new OpenApiSchema(), Examples = [new JsonObject { ["delete"] = false }] };

        // Stores write these in their own shapes.
        if (schemas.ContainsKey("JsonElement"))
            schemas["JsonElement"] = new OpenApiSchema { Description = "A notification of S3, Ceph or MinIO, one of R2, or a batch of Cloudflare Queues.", Examples = [SchemaNotes.StoreNotification()] };
        SplitConfirm(schemas, document);
    }

    private static void CompleteRequest(string name, OpenApiSchema schema)
    {
        schema.Required = new HashSet<string>(RequiredOfRequests.GetValueOrDefault(name, []), StringComparer.Ordinal);
        foreach (var field in schema.Required)
        {
            schema.Properties![field] = WithoutNull(schema.Properties[field]);
            if (schema.Properties[field] is OpenApiSchema { Type: JsonSchemaType.Array } list) (list.MinItems, list.MaxItems) = (1, AssetIdsRequest.MaxIds);
        }
    }

    private static void CompleteAnswer(OpenApiSchema schema)
    {
        var optional = schema.Properties!.Where(p => AllowsNull(p.Value)).Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        schema.Required = schema.Properties!.Keys.Where(field => !optional.Contains(field)).ToHashSet(StringComparer.Ordinal);
        foreach (var field in optional) schema.Properties[field] = WithoutNull(schema.Properties[field]);
    }

    private static bool AllowsNull(IOpenApiSchema schema) => schema.Type?.HasFlag(JsonSchemaType.Null) == true || schema.OneOf?.Any(IsNull) == true;

    private static IOpenApiSchema WithoutNull(IOpenApiSchema schema)
    {
        if (schema.OneOf?.FirstOrDefault(choice => !IsNull(choice)) is { } other) return other;
        if (schema is OpenApiSchema own && own.Type is { } type) own.Type = type & ~JsonSchemaType.Null;
        return schema;
    }

    private static bool IsNull(IOpenApiSchema schema) => schema.Type == JsonSchemaType.Null;

    // A confirm needs an id or a key, which one record cannot express.
    private static void SplitConfirm(IDictionary<string, IOpenApiSchema> schemas, OpenApiDocument document)
    {
        if (schemas["ConfirmRequest"] is not OpenApiSchema confirm) return;
        foreach (var (name, field) in new[] { ("ConfirmById", "id"), ("ConfirmByKey", "key") })
        {
            document.AddComponent(name, new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = $"Names the upload by its {field}.",
                Required = new HashSet<string>(StringComparer.Ordinal) { field },
                Properties = confirm.Properties!.ToDictionary(
                    p => p.Key, p => p.Key == field ? WithoutNull(p.Value.CreateShallowCopy()) : p.Value.CreateShallowCopy(), StringComparer.Ordinal),
            });
        }

        schemas["ConfirmRequest"] = new OpenApiSchema
        {
            Description = "Names the upload by id, by key or by both.",
            AnyOf = [new OpenApiSchemaReference("ConfirmById", document), new OpenApiSchemaReference("ConfirmByKey", document)],
        };
    }
}
