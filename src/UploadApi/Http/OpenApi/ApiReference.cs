using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>Shows the document to people at <c>/docs</c>. The page loads everything from this server and nothing from elsewhere.</summary>
internal static class ApiReference
{
    // The page writes its styles at run time and has one inline script. A nonce admits only this script, not one inside a document.
    private const string Policy =
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src 'self'";

    public static void MapApiReference(this IEndpointRouteBuilder app) => app
        .MapScalarApiReference("/docs", options => options.WithTitle("Pipeline upload API").WithOpenApiRoutePattern("/openapi/v1.json").DisableDefaultFonts().DisableTelemetry().DisableAgent().WithNonce())
        .AddEndpointFilter((context, next) =>
        {
            var http = context.HttpContext;
            http.Response.OnStarting(() =>
            {
                http.Response.Headers.ContentSecurityPolicy = http.Items[ScalarOptions.NonceHttpContextItemKey] is string nonce ? $"{Policy} 'nonce-{nonce}'" : Policy;
                return Task.CompletedTask;
            });
            return next(context);
        })
        .AllowAnonymous();
}
