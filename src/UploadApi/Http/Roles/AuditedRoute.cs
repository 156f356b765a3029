using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.Audit;

namespace Pipeline.UploadApi.Http.Roles;

/// <summary>Endpoint metadata: the verb of its lines in the audit.</summary>
internal sealed record AuditedVerb(string Verb);

internal static class AuditedRoute
{
    /// <summary>
    /// A route by which operators change something. The use case records the change by <see cref="AuditLog.Add"/> in its own transaction; a refusal
    /// because of a role, of a state or of an unknown id is recorded here.
    /// </summary>
    public static RouteHandlerBuilder Audited(this RouteHandlerBuilder route, string verb) => route
        .WithMetadata(new AuditedVerb(verb))
        .AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            var log = http.RequestServices.GetRequiredService<AuditLog>();
            log.RequestId = http.TraceIdentifier;
            var answer = await next(context);
            if (answer is IStatusCodeHttpResult { StatusCode: 403 or 404 or 409 } and IValueHttpResult { Value: ProblemDetails problem } && problem.Extensions["code"] is string code)
                await log.WriteAsync(http.User.ToCaller(), new AuditEntry(verb, Target(http), Result: code), http.RequestAborted);
            return answer;
        });

    /// <summary>The id or the name in the path; empty without one.</summary>
    internal static string Target(HttpContext http) =>
        http.GetRouteData().Values.FirstOrDefault(value => value.Key == "name" || value.Key.EndsWith("id", StringComparison.OrdinalIgnoreCase)).Value?.ToString() ?? "";
}
