using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets;

namespace Pipeline.UploadApi.Http.Roles;

/// <summary>One policy for each role, with the role's name.</summary>
internal static class RolePolicies
{
    public static IServiceCollection AddRolePolicies(this IServiceCollection services)
    {
        var policies = services.AddAuthorizationBuilder();
        foreach (var role in Role.All) policies.AddPolicy(role, policy => policy.RequireAuthenticatedUser().AddRequirements(new RoleRequirement(role)));
        return services.AddSingleton<IAuthorizationMiddlewareResultHandler, RoleRefusal>();
    }

    /// <summary>Requires this role, or one that includes it.</summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder routes, string role)
        where TBuilder : IEndpointConventionBuilder => routes.RequireAuthorization(role);
}

/// <summary>The caller has this role, or one that includes it.</summary>
internal sealed class RoleRequirement(string role) : AuthorizationHandler<RoleRequirement>, IAuthorizationRequirement
{
    public string Role { get; } = role;

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleRequirement requirement)
    {
        if (context.User.Identity?.IsAuthenticated == true && context.User.ToCaller().Has(requirement.Role)) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
