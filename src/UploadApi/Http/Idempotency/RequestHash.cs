using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Pipeline.UploadApi.Http.Idempotency;

/// <summary>
/// Hashes what a request asks for: the values of its path, and its body as this server understands it. So white space, the order of fields and
/// fields that nothing reads make no other request.
/// </summary>
internal static class RequestHash
{
    public static string Of(EndpointFilterInvocationContext context)
    {
        var (http, body) = (context.HttpContext, BodyOf(context));
        var json = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var path = http.Request.RouteValues.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => $"{value.Key}={value.Value}".ToLowerInvariant());
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(path, json));
        if (body is not null) hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), json));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The body as the endpoint gets it; null if the route has none.</summary>
    public static object? BodyOf(EndpointFilterInvocationContext context) =>
        context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is { } type
            ? context.Arguments.FirstOrDefault(argument => argument?.GetType() == type)
            : null;
}
