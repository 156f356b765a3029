using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pipeline.Hosting;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: all that it needs answers too; the body names each part.</summary>
public static class Health
{
    private const string NoteKey = "note";

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync }).AllowAnonymous();
    }

    /// <summary>For the data of a result: a sentence that anyone may read, which the body then tells beside the words.</summary>
    public static IReadOnlyDictionary<string, object> Note(string text) => new Dictionary<string, object>(StringComparer.Ordinal) { [NoteKey] = text };

    // Names and a word for each, and a note where a part gives one; what went wrong exactly is for the log, since anyone may ask here.
    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = Word(report.Status),
        parts = report.Entries.ToDictionary(e => e.Key, e => Word(e.Value.Status), StringComparer.Ordinal),
        notes = report.Entries.Where(e => e.Value.Data.ContainsKey(NoteKey)).ToDictionary(e => e.Key, e => e.Value.Data[NoteKey], StringComparer.Ordinal),
    });

    private static string Word(HealthStatus status) => status.ToString().ToLowerInvariant();
}
