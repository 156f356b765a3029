using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Profiles;
using Pipeline.Assets.Runs;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Delivery;
using Pipeline.UploadApi.Http.Idempotency;
using Pipeline.UploadApi.Http.Roles;
using Pipeline.UploadApi.Live;
using Pipeline.UploadApi.Runs;
using Pipeline.UploadApi.Webhooks;

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
        (201, "Location", "The URL of the webhook.", false),
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
        if (metadata.OfType<WaitableRequests>().Any()) (operation.Parameters ??= []).Add(new OpenApiParameter { Name = "Prefer", In = ParameterLocation.Header, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        var isKeyed = metadata.OfType<KeyedRequests>().Any();
        if (isKeyed) (operation.Parameters ??= []).Add(new OpenApiParameter { Name = IdempotencyHeader.Name, In = ParameterLocation.Header, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? []) Complete(parameter, operation.OperationId);
        operation.Responses ??= [];
        foreach (var (status, response) in operation.Responses.ToList())
            operation.Responses[status] = new OpenApiResponse { Description = response.Description, Content = response.Content };
        AddProblems(operation, Codes(operation, metadata, wantsToken), context.Document!);
        AddHeaders(operation, metadata.OfType<CountedRequests>().Any(), isKeyed);
        return Task.CompletedTask;
    }

    /// <summary>The header of every response.</summary>
    public static OpenApiHeader RequestId() => Header("The id of this request in the server's log.", isNumber: false);

    private static IEnumerable<string> Codes(OpenApiOperation operation, IList<object> metadata, bool wantsToken)
    {
        foreach (var code in metadata.OfType<ProblemCodes>().SelectMany(problems => problems.Codes)) yield return code;
        if (wantsToken) yield return "unauthorized";
        if (metadata.OfType<IAuthorizeData>().Any(data => data.Policy is not null)) yield return "forbidden";
        if (metadata.OfType<AuditedVerb>().Any()) yield return "rate_limited";
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
            var media = schemas is [var one]
                ? new OpenApiMediaType { Schema = one, Example = ProblemSchemas.Example(group.First()) }
                : new OpenApiMediaType { Schema = new OpenApiSchema { OneOf = schemas }, Examples = group.ToDictionary(kind => kind.Code, ProblemSchemas.Named, StringComparer.Ordinal) };
            operation.Responses![Text(group.Key)] = new OpenApiResponse
            {
                Description = string.Join(" Or: ", group.Select(kind => kind.When)),
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [Problem.ContentType] = media },
            };
        }
    }

    private static void AddHeaders(OpenApiOperation operation, bool isCounted, bool isKeyed)
    {
        foreach (var (status, response) in operation.Responses!.Select(r => (r.Key, r.Value)).ToList())
        {
            var headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal) { [RequestIds.Header] = RequestId() };
            foreach (var (_, name, description, isNumber) in Headers.Where(h => Text(h.Status) == status)) headers[name] = Header(description, isNumber);
            // A request that is refused before it is counted gets no rate headers.
            if (isCounted && status is not ("401" or "500" or "503" or "413" or "415"))
                foreach (var (name, description) in RateHeaders)
                    headers[name] = Header(description, isNumber: true);
            if (isKeyed && status is ("200" or "201" or "202" or "404" or "409")) headers[IdempotencyHeader.Replayed] = Header("true if an earlier request had the same key; omitted otherwise.", isNumber: false);
            if (isKeyed && status == "409") headers["Retry-After"] = Header("Seconds to wait before the next try, with idempotency_in_progress.", isNumber: true);
            ((OpenApiResponse)response).Headers = headers;
        }
    }

    private static void Complete(OpenApiParameter parameter, string? operationId)
    {
        (parameter.Description, parameter.Schema, parameter.Example) = parameter.Name switch
        {
            "batchId" when parameter.In == ParameterLocation.Query => ("Only assets of this batch.", parameter.Schema, Examples.BatchId),
            "batchId" => ("The batch.", parameter.Schema, Examples.BatchId),
            "name" when operationId?.EndsWith("Job", StringComparison.Ordinal) == true => ("The job, in any case of letters.", parameter.Schema, "IncomingSweep"),
            "days" => ("How many days are counted, with today; 30 by default.", Number(1, 400), JsonValue.Create(30)),
            "name" when operationId == "switchArea" => ("The area.", parameter.Schema, "originals"),
            "name" when operationId == "returnLetters" => ("The queue of dead letters.", parameter.Schema, "upload-api-outcomes_error"),
            "webhookId" => ("The webhook.", parameter.Schema, Examples.WebhookId),
            "deliveryId" => ("The delivery, which has the id of its event.", parameter.Schema, Examples.EventId),
            "status" when operationId == "listDeliveries" => ("Only deliveries in this state.", Word(DeliveryWords.Words), "failed"),
            "cursor" when operationId == "listDeliveries" => ("The nextCursor of the previous page.", parameter.Schema, Examples.EventId),
            "limit" when operationId == "listDeliveries" => ("The largest number of items.", Number(1, WebhookReads.MaxLimit), JsonValue.Create(50)),
            "runId" => ("The run.", parameter.Schema, "0191e9a0-0000-7000-8000-0000000000c1"),
            "outcome" => ("failed, which is the default, or in_flight.", Word(RunReads.Outcomes), "failed"),
            "failed" => ("true: only assets whose last revision failed for good, as a retry takes them; false: only the others.", parameter.Schema, JsonValue.Create(true)),
            "code" => ("Only assets with this code of a failure or rejection.", Word(RunRequestCheck.Codes), "storage_unavailable"),
            "engine" => ("Only assets that failed with this engine; empty for failures that no worker reported.", parameter.Schema, "libvips 8.16.1"),
            "profile" => ("Only assets of this profile.", parameter.Schema, "default"),
            "ownerId" => ("Only assets of this user.", parameter.Schema, "ada"),
            "createdFrom" => ("Only assets requested at or after this time.", parameter.Schema, "2026-01-31T12:00:00Z"),
            "createdTo" => ("Only assets requested before this time.", parameter.Schema, "2026-02-28T12:00:00Z"),
            "verb" => ("Only lines of this verb.", parameter.Schema, "run.apply"),
            "userId" => ("Only lines of this user.", parameter.Schema, "ada"),
            "id" => ("The asset.", parameter.Schema, Examples.Id),
            "status" => ("Only assets in this state.", Word(Enum.GetValues<AssetStatus>().Select(AssetView.Word)), "ready"),
            "ids" => ("Only these assets: 1 to 200 ids, separated by commas.", parameter.Schema, Examples.Id),
            "stale" => ("true: only assets that a reprocess would change; false: only the others.", parameter.Schema, JsonValue.Create(true)),
            "staleReason" => ("Only assets that are stale for this reason.", Word(StaleWords.All), StaleWords.Settings),
            "cursor" when operationId == "listRunFindings" => ("The nextCursor of the previous page.", parameter.Schema, "49"),
            "kind" when operationId == "listRunFindings" => ("Only findings of this kind.", parameter.Schema, "orphan"),
            "cursor" => ("The nextCursor of the previous page.", parameter.Schema, "0191e9a0000070008000000000000000"),
            "limit" => ("The largest number of items.", Number(1, 200), JsonValue.Create(50)),
            "distance" => ("How many of the 64 bits of the perceptual hashes may differ; 6 by default.", Number(0, 16), JsonValue.Create(6)),
            "variant" => ("original, the name of a variant, or a key; original if it is left out.", parameter.Schema, "w640"),
            "key" => ("The key of an upload, of an original or of a variant.", parameter.Schema, "uploads/ada/1793000000000-0123456789abcdef.jpg"),
            "expiresIn" => ("Seconds that the URL is valid; 300 by default.", Number(1, DownloadEndpoint.MaxSeconds), JsonValue.Create(DownloadEndpoint.DefaultSeconds)),
            "format" when operationId == "getDownloadUrl" => ("The format of the variant; JPEG by default.", Word(DownloadEndpoint.Formats), "webp"),
            "sizes" => ("How wide the page shows the picture; 100vw by default.", parameter.Schema, "(max-width: 600px) 100vw, 50vw"),
            "alt" => ("Says what the picture shows.", parameter.Schema, "A beach"),
            "class" => ("Classes of the img element.", parameter.Schema, "hero"),
            "w" => ("The least width in pixels; the smallest variant of at least this width is chosen, else the widest.", Number(1, null), JsonValue.Create(640)),
            "format" => ("The format; overrides Accept.", Word(VariantChoice.Formats), "webp"),
            "after" => ("The event after which to go on; the list of events also takes 'latest': no event, and the newest cursor.", parameter.Schema, Examples.EventId),
            "Last-Event-ID" => ("The same as after, as browsers send it when they reconnect.", parameter.Schema, Examples.EventId),
            "types" => ("Only events of these types, separated by commas.", parameter.Schema, EventType.Ready),
            "ticket" => ("A ticket, for clients that cannot send a token in a header.", parameter.Schema, Examples.Ticket),
            IdempotencyHeader.Name => ("A new UUID for each new request. A request that is sent again with the same key, within 24 hours, makes nothing twice.", parameter.Schema, "\"8e03978e-40d5-43e8-bc93-6894a57f9324\""),
            "Prefer" => ("wait=N: answer as soon as there is something to tell, or after N seconds, at most 60.", parameter.Schema, "wait=30"),
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
