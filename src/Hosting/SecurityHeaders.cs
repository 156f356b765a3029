using Microsoft.AspNetCore.Builder;
using Microsoft.Net.Http.Headers;

namespace Pipeline.Hosting;

/// <summary>
/// Security headers of every answer, errors included: the hosts serve data, never pages, so browsers must not run, frame or sniff it.
/// </summary>
public static class SecurityHeaders
{
    private const string ForAYear = "max-age=31536000";

    /// <summary>Adds the middleware; must come first, so that every answer has the headers.</summary>
    /// <param name="behindTls">
    /// Whether clients use https, as configured; a header like <c>X-Forwarded-Proto</c> is not trusted, because anyone can send it.
    /// </param>
    public static void UseSecurityHeaders(this IApplicationBuilder app, bool behindTls = false) => app.Use((context, next) =>
    {
        // Set the headers just before the response starts, because error handlers clear earlier ones. Headers that an endpoint set itself stay.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.TryAdd(HeaderNames.XContentTypeOptions, "nosniff");
            headers.TryAdd(HeaderNames.ContentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'");
            headers.TryAdd("Referrer-Policy", "no-referrer");
            if (behindTls) headers.TryAdd(HeaderNames.StrictTransportSecurity, ForAYear);
            return Task.CompletedTask;
        });
        return next(context);
    });
}
