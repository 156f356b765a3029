using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Pipeline.Hosting;

/// <summary>What every answer carries, errors included: the hosts serve data, never pages, so nothing of it may run, be framed or be guessed at.</summary>
public static class SecurityHeaders
{
    private const string ForAYear = "max-age=31536000";

    /// <summary>Comes first, so that no answer of those behind it goes without.</summary>
    /// <param name="behindTls">
    /// Whether clients come by https, which the configuration tells: a header like <c>X-Forwarded-Proto</c> anybody can send.
    /// </param>
    public static void UseSecurityHeaders(this IApplicationBuilder app, bool behindTls = false) => app.Use((context, next) =>
    {
        // At the last moment: whoever writes an error clears the headers that were set before. What an endpoint has set by itself stays.
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
