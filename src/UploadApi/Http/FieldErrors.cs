using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;

namespace Pipeline.UploadApi.Http;

/// <summary>Describes a body with values of the wrong kind, for a route that says more than which fields are wrong.</summary>
/// <param name="Describe">Takes the body, the errors by field, the options of JSON and the services of the request.</param>
internal sealed record UnreadableBody(Func<JsonElement, IReadOnlyDictionary<string, string[]>, JsonSerializerOptions, IServiceProvider, ProblemDetails?> Describe);

/// <summary>
/// Finds the field that the framework could not read, because its exception does not name the field: a value of the wrong kind in the body,
/// the query or the path.
/// </summary>
internal static partial class FieldErrors
{
    /// <returns>Null if no field is at fault, for example if the body is not JSON.</returns>
    public static async Task<ProblemDetails?> OfAsync(BadHttpRequestException exception, HttpContext context)
    {
        // The exception-handler middleware clears the endpoint and the route values before it calls this code.
        var refused = context.Features.Get<IExceptionHandlerFeature>();
        var endpoint = refused?.Endpoint ?? context.GetEndpoint();
        if (exception.InnerException is not JsonException json)
            return ProblemOf(OfParameters(context.Request.Query, refused?.RouteValues ?? context.Request.RouteValues, endpoint));

        // An inner JsonException means that the text is not JSON: no field is at fault.
        if (json.InnerException is JsonException || json.Path is null) return null;
        return await OfWholeBodyAsync(context, endpoint) ?? ProblemOf(OfBody(json, context, endpoint));
    }

    /// <returns>Null if the body cannot be read again.</returns>
    private static async Task<ProblemDetails?> OfWholeBodyAsync(HttpContext context, Endpoint? endpoint)
    {
        if (endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is not { } type || context.Features.Get<IKeptBody>() is not { } kept) return null;
        if (await kept.ReadToEndAsync(context.RequestAborted) is not { } bytes) return null;
        var options = context.RequestServices.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions;
        try
        {
            using var body = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = options.MaxDepth });
            var errors = BodyErrors.Of(body.RootElement, type, options);
            if (errors.Count == 0) return null;
            return endpoint.Metadata.GetMetadata<UnreadableBody>()?.Describe(body.RootElement, errors, options, context.RequestServices) ?? Problem.Invalid(errors);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // the rest of the body is not JSON, or a name has half of a surrogate pair
        }
    }

    private static ProblemDetails? ProblemOf(Dictionary<string, string[]> errors) => errors.Count > 0 ? Problem.Invalid(errors) : null;

    private static Dictionary<string, string[]> OfBody(JsonException json, HttpContext context, Endpoint? endpoint)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var options = context.RequestServices.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions;
        var type = endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        var name = "";
        foreach (var segment in PathSegment().Matches(json.Path!).Select(match => match.Groups["index"].Value is { Length: > 0 } index ? index : match.Groups["name"].Value))
        {
            if (type is null) return errors;
            var info = options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
            if (info.Kind == JsonTypeInfoKind.Enumerable)
            {
                (name, type) = ($"{name}[{segment}]", info.ElementType);
                continue;
            }

            // Do not show an unknown name: it may hold anything.
            if (info.Properties.FirstOrDefault(p => p.Name.Equals(segment, StringComparison.OrdinalIgnoreCase)) is not { } property) return errors;
            (name, type) = (name.Length == 0 ? property.Name : $"{name}.{property.Name}", property.PropertyType);
        }

        if (name.Length > 0 && type is not null) errors[name] = [IsRepeated(json) ? OnlyOnce : MustBe(type)];
        return errors;
    }

    internal const string OnlyOnce = "must occur only once";

    // Only the text of the message identifies this fault.
    private static bool IsRepeated(JsonException json) => json.Message.StartsWith("Duplicate property", StringComparison.Ordinal);

    private static Dictionary<string, string[]> OfParameters(IQueryCollection query, RouteValueDictionary path, Endpoint? endpoint)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var parameter in endpoint?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [])
        {
            var type = parameter.ParameterInfo.ParameterType;
            var text = path.TryGetValue(parameter.Name, out var value) ? value?.ToString()
                : query.TryGetValue(parameter.Name, out var values) ? values.ToString() : null;
            if (text is not null && !Reads(Nullable.GetUnderlyingType(type) ?? type, text)) errors[parameter.Name] = [MustBe(type)];
        }

        return errors;
    }

    private static bool Reads(Type type, string text) => type switch
    {
        _ when type == typeof(Guid) => Guid.TryParse(text, out _),
        _ when type == typeof(bool) => bool.TryParse(text, out _),
        _ when type == typeof(WholeNumber) => WholeNumber.TryParse(text, provider: null, out _),
        _ => true,
    };

    internal static string MustBe(Type declared) => (Nullable.GetUnderlyingType(declared) ?? declared) switch
    {
        var type when type == typeof(int) || type == typeof(long) || type == typeof(WholeNumber) => "must be a whole number",
        var type when type == typeof(double) => "must be a number",
        var type when type == typeof(bool) => "must be true or false",
        var type when type == typeof(string) => "must be a string",
        var type when type == typeof(Guid) => "must be a UUID, such as 0191e9a0-0000-7000-8000-000000000000",
        var type when type == typeof(DateTimeOffset) => "must be a time, such as 2026-01-31T12:00:00Z",
        var type when typeof(System.Collections.IEnumerable).IsAssignableFrom(type) => "must be an array",
        _ => "must be an object",
    };

    // As System.Text.Json writes them: $.focalPoint.x, $.files[3].fileSize, $['a name'].
    [GeneratedRegex(@"\.(?<name>[^.\[]+)|\['(?<name>.*?)'\]|\[(?<index>\d+)\]", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PathSegment();
}
