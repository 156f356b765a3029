using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pipeline.Hosting.Telemetry;

namespace Pipeline.UploadApi.Http;

/// <summary>Adds an id to every response and logs one line for each request.</summary>
internal static class RequestIds
{
    /// <summary>The id in every response; an id from the client is ignored.</summary>
    public const string Header = "X-Request-Id";

    private const string Health = "/health";
    private static readonly Func<ILogger, string, IDisposable?> RequestScope = LoggerMessage.DefineScope<string>("request {RequestId}");
    private static readonly Func<ILogger, string, string?, IDisposable?> TracedScope = LoggerMessage.DefineScope<string, string?>($"request {{RequestId}}, trace {{{LogScopes.TraceId}}}");

    /// <summary>Registered first, so that it covers every response.</summary>
    public static void UseRequestIds(this WebApplication app)
    {
        var time = app.Services.GetRequiredService<TimeProvider>();
        app.Use(async (context, next) =>
        {
            var begun = time.GetTimestamp();
            var route = Route(context);
            context.Response.OnStarting(() =>
            {
                context.Response.Headers[Header] = context.TraceIdentifier;
                return Task.CompletedTask;
            });
            using var span = route.StartsWith(Health, StringComparison.Ordinal) ? null : WorkTrace.StartRequest($"{Method(context.Request)} {route}", context.Request.Headers.TraceParent);
            using var scope = span is null
                ? RequestScope(app.Logger, context.TraceIdentifier)
                : TracedScope(app.Logger, context.TraceIdentifier, span.TraceId.ToString());
            await next(context);
            span?.SetTag("http.route", route).SetTag("http.request.method", Method(context.Request)).SetTag("http.response.status_code", context.Response.StatusCode);
            RequestMetrics.Answered(route, Method(context.Request), context.Response.StatusCode, time.GetElapsedTime(begun));
            // Probes come every few seconds: log the successful ones at Debug only.
            var level = route.StartsWith(Health, StringComparison.Ordinal) && context.Response.StatusCode < 400 ? LogLevel.Debug : LogLevel.Information;
            if (!app.Logger.IsEnabled(level)) return;
            app.Logger.Answered(level, Method(context.Request), route, context.Response.StatusCode, (long)time.GetElapsedTime(begun).TotalMilliseconds, context.TraceIdentifier);
        });
    }

    /// <summary>The pattern of the route. Never log the path itself: it may hold a signature or anything that a client typed.</summary>
    public static string Route(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/') ?? "(no route)";

    public static string Method(HttpRequest request) =>
        request.Method is "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "PATCH" or "OPTIONS" ? request.Method : "(other method)";
}
