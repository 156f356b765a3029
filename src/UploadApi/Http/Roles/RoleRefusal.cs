using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.Audit;

namespace Pipeline.UploadApi.Http.Roles;

/// <summary>Answers a token without the role of a route: names the role, and leaves a line in the audit if the route changes something.</summary>
internal sealed class RoleRefusal(RateLimits limits) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _framework = new();

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (!authorizeResult.Forbidden || policy.Requirements.OfType<RoleRequirement>().LastOrDefault() is not { } required)
        {
            await _framework.HandleAsync(next, context, policy, authorizeResult);
            return;
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<AuditedVerb>() is { } audited)
        {
            // No line is ever deleted, so a user without a role must not be able to fill the table.
            var caller = context.User.ToCaller();
            if (await limits.RefusedVerb.RefuseAsync("Each user", context, caller, count: 1) is { } refused)
            {
                await refused.ExecuteAsync(context);
                return;
            }

            var log = context.RequestServices.GetRequiredService<AuditLog>();
            log.RequestId = context.TraceIdentifier;
            await log.WriteAsync(caller, new AuditEntry(audited.Verb, AuditedRoute.Target(context), Result: "forbidden"), context.RequestAborted);
        }

        await Problem.RoleMissing(required.Role).WriteAsync(context.Response);
    }
}
