using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Pipeline.Hosting;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: everything that it depends on answers too; the body lists each part.
/// </summary>
public static class Health
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = (context, report) => WriteAsync(context, report) })
            .WithMetadata(new HttpMethodMetadata(Reading)).AllowAnonymous();
        var readiness = app.ServiceProvider.GetService<Readiness>() ?? ActivatorUtilities.CreateInstance<Readiness>(app.ServiceProvider);
        var actions = app.ServiceProvider.GetRequiredService<IOptions<HealthActions>>().Value;
        app.MapMethods("/health/ready", Reading, async context =>
        {
            var report = await readiness.AskAsync(context.RequestAborted);
            context.Response.StatusCode = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            context.Response.Headers.CacheControl = "no-store, no-cache";
            await WriteAsync(context, report, readiness, actions);
        }).AllowAnonymous();
    }

    // Shows each part's name, its status and, if a check gives one, a reason that anyone may read. Exact errors go to the log only.
    private static Task WriteAsync(HttpContext context, HealthReport report, Readiness? readiness = null, HealthActions? actions = null) => context.Response.WriteAsJsonAsync(new
    {
        status = Word(report.Status),
        parts = report.Entries.ToDictionary(e => e.Key, e => Word(e.Value.Status), StringComparer.Ordinal),
        reasons = report.Entries.Where(e => e.Value.Data.ContainsKey(Readiness.Reason))
            .ToDictionary(e => e.Key, e => e.Value.Data[Readiness.Reason], StringComparer.Ordinal),
        failing = report.Entries.Where(e => e.Value.Status != HealthStatus.Healthy).Select(e => new
        {
            part = e.Key,
            status = Word(e.Value.Status),
            since = readiness?.FailsSince(e.Key),
            reason = e.Value.Data.GetValueOrDefault(Readiness.Reason) as string,
            action = actions?[e.Key],
        }),
    });

    private static string Word(HealthStatus status) => status.ToString().ToLowerInvariant();
}
