using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>Shows the document to people at <c>/docs</c>. All of it comes from this server: the page may ask nobody else.</summary>
internal static class ApiReference
{
    private const string Policy =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapApiReference(this IEndpointRouteBuilder app) => app
        .MapScalarApiReference("/docs", options => options.WithTitle("Pipeline upload API").WithOpenApiRoutePattern("/openapi/v1.json").DisableDefaultFonts().DisableTelemetry().DisableAgent())
        .AddEndpointFilter((context, next) =>
        {
            context.HttpContext.Response.Headers.ContentSecurityPolicy = Policy;
            return next(context);
        })
        .AllowAnonymous();
}
