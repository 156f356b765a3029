using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pipeline.Hosting;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: all that it needs answers too; the body names each part.</summary>
public static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync }).AllowAnonymous();
    }

    // Names and a word for each; what went wrong exactly is for the log, since anyone may ask here.
    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.RequestServices.GetService<ReadinessLog>()?.Tell(report);
        return context.Response.WriteAsJsonAsync(new
        {
            status = Word(report.Status),
            parts = report.Entries.ToDictionary(e => e.Key, e => Word(e.Value.Status), StringComparer.Ordinal),
        });
    }

    private static string Word(HealthStatus status) => status.ToString().ToLowerInvariant();
}
