using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Pipeline.UploadApi.Http;

/// <summary>Endpoint metadata: HEAD would do harm, because the route streams for as long as the client stays.</summary>
internal sealed record GetOnly;

internal static class HeadRoutes
{
    /// <summary>HEAD works wherever GET does (RFC 9110, 9.3.2), streams aside; the server leaves the body out.</summary>
    public static IEndpointRouteBuilder WithHeadWhereverGet(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("");
        ((IEndpointConventionBuilder)routes).Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<HttpMethodMetadata>().LastOrDefault() is not { } methods || !methods.HttpMethods.Contains(HttpMethods.Get)) return;
            if (endpoint.Metadata.OfType<GetOnly>().Any()) return;
            if (!methods.HttpMethods.Contains(HttpMethods.Head)) endpoint.Metadata.Add(new HttpMethodMetadata([.. methods.HttpMethods, HttpMethods.Head], methods.AcceptCorsPreflight));
        });
        return routes;
    }
}
