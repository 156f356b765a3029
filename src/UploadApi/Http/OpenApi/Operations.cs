using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Pipeline.Assets;
using Pipeline.UploadApi.Assets;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>Adds to the framework's description of a route: errors by code, headers, parameters.</summary>
internal static class Operations
{
    /// <summary>Name of the security scheme.</summary>
    public const string Bearer = "bearer";

    private static readonly (int Status, string Name, string Description, bool IsNumber)[] Headers =
    [
        (302, "Location", "The URL of the variant.", false),
        (302, "Cache-Control", "How long caches may keep the redirect.", false),
        (302, "Vary", "The response depends on Accept.", false),
        (302, "Access-Control-Allow-Origin", "Always *, since published images are public.", false),
        (202, "Location", "The URL of the asset.", false),
        (401, "WWW-Authenticate", "Always Bearer.", false),
        (429, "Retry-After", "Seconds to wait before the next try.", true),
        (503, "Retry-After", "Seconds to wait before the next try.", true),
    ];

    private static readonly (string Name, string Description)[] RateHeaders =
    [
        ("RateLimit-Limit", "The largest number of requests of this kind at once."), ("RateLimit-Remaining", "The number of requests left."), ("RateLimit-Reset", "Seconds until the requests of a minute are available again."),
    ];

    public static Task CompleteAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var wantsToken = metadata.OfType<IAuthorizeData>().Any() && !metadata.OfType<IAllowAnonymous>().Any();
        operation.Security = wantsToken ? [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }] : [];
        operation.Description ??= operation.Summary;
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? []) Complete(parameter);
        operation.Responses ??= [];
        foreach (var (status, response) in operation.Responses.ToList())
            operation.Responses[status] = new OpenApiResponse { Description = response.Description, Content = response.Content };
        AddProblems(operation, Codes(operation, metadata, wantsToken), context.Document!);
        AddHeaders(operation, metadata.OfType<CountedRequests>().Any());
        return Task.CompletedTask;
    }

    /// <summary>The header of every response.</summary>
    public static OpenApiHeader RequestId() => Header("The id of this request in the server's log.", isNumber: false);

    private static IEnumerable<string> Codes(OpenApiOperation operation, IList<object> metadata, bool wantsToken)
    {
        foreach (var code in metadata.OfType<ProblemCodes>().SelectMany(problems => problems.Codes)) yield return code;
        if (wantsToken) yield return "unauthorized";
        if (operation.RequestBody is not null || operation.Parameters is { Count: > 0 }) yield return "invalid_request";
        if (operation.RequestBody is not null)
        {
            yield return "body_too_large";
            yield return "unsupported_media_type";
        }

        yield return "internal_error";
        yield return "unavailable";
    }

    private static void AddProblems(OpenApiOperation operation, IEnumerable<string> codes, OpenApiDocument document)
    {
        foreach (var group in codes.Distinct(StringComparer.Ordinal).Select(code => ProblemKinds.ByCode[code]).GroupBy(kind => kind.Status).OrderBy(group => group.Key))
        {
            foreach (var kind in group) document.AddComponent(kind.SchemaName, ProblemSchemas.Of(kind));
            List<IOpenApiSchema> schemas = [.. group.Select(kind => new OpenApiSchemaReference(kind.SchemaName, document))];
            operation.Responses![Text(group.Key)] = new OpenApiResponse
            {
                Description = string.Join(" Or: ", group.Select(kind => kind.When)),
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [Problem.ContentType] = new()
                    {
                        Schema = schemas is [var one] ? one : new OpenApiSchema { OneOf = schemas },
                        Example = ProblemSchemas.Example(group.First()),
                    },
                },
            };
        }
    }

    private static void AddHeaders(OpenApiOperation operation, bool isCounted)
    {
        foreach (var (status, response) in operation.Responses!.Select(r => (r.Key, r.Value)).ToList())
        {
            var headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal) { [RequestIds.Header] = RequestId() };
            foreach (var (_, name, description, isNumber) in Headers.Where(h => Text(h.Status) == status)) headers[name] = Header(description, isNumber);
            // A request that is refused before it is counted gets no rate headers.
            if (isCounted && status is not ("401" or "500" or "503" or "413" or "415"))
                foreach (var (name, description) in RateHeaders)
                    headers[name] = Header(description, isNumber: true);
            ((OpenApiResponse)response).Headers = headers;
        }
    }

    private static void Complete(OpenApiParameter parameter)
    {
        (parameter.Description, parameter.Schema, parameter.Example) = parameter.Name switch
        {
            "id" => ("The asset.", parameter.Schema, Examples.Id),
            "status" => ("Only assets in this state.", Word(Enum.GetValues<AssetStatus>().Select(AssetView.Word)), "ready"),
            "ids" => ("Only these assets: 1 to 200 ids, separated by commas.", parameter.Schema, Examples.Id),
            "stale" => ("true: only assets that a reprocess would change; false: only the others.", parameter.Schema, JsonValue.Create(true)),
            "cursor" => ("The nextCursor of the previous page.", parameter.Schema, "0191e9a0000070008000000000000000"),
            "limit" => ("The largest number of items.", Number(1, 200), JsonValue.Create(50)),
            "distance" => ("How many of the 64 bits of the perceptual hashes may differ; 6 by default.", Number(0, 16), JsonValue.Create(6)),
            "w" => ("The least width in pixels; the smallest variant of at least this width is chosen, else the widest.", Number(1, null), JsonValue.Create(640)),
            "format" => ("The format; overrides Accept.", Word(VariantChoice.Formats), "webp"),
            _ => (parameter.Description, parameter.Schema, parameter.Example),
        };
    }

    private static OpenApiSchema Word(IEnumerable<string> words) => new() { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)word)] };

    private static OpenApiSchema Number(int from, int? to) =>
        new() { Type = JsonSchemaType.Integer, Format = "int32", Minimum = Text(from), Maximum = to is { } end ? Text(end) : null };

    private static OpenApiHeader Header(string description, bool isNumber) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = isNumber ? JsonSchemaType.Integer : JsonSchemaType.String } };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
