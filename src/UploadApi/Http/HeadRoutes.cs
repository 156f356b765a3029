using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Pipeline.UploadApi.Http;

internal static class HeadRoutes
{
    /// <summary>HEAD works wherever GET does (RFC 9110, 9.3.2); the server leaves the body out.</summary>
    public static IEndpointRouteBuilder WithHeadWhereverGet(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("");
        ((IEndpointConventionBuilder)routes).Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<HttpMethodMetadata>().LastOrDefault() is not { } methods || !methods.HttpMethods.Contains(HttpMethods.Get)) return;
            if (!methods.HttpMethods.Contains(HttpMethods.Head)) endpoint.Metadata.Add(new HttpMethodMetadata([.. methods.HttpMethods, HttpMethods.Head], methods.AcceptCorsPreflight));
        });
        return routes;
    }
}
