using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Pipeline.UploadApi.Http;

/// <summary>Lets the front end's origin, and no other, call from a browser.</summary>
public static class FrontendCors
{
    private static readonly TimeSpan PreflightAge = TimeSpan.FromHours(1);

    internal static void AddFrontendCors(this IServiceCollection services)
    {
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<ApiOptions>>((cors, api) => cors.AddDefaultPolicy(policy =>
            policy.ForFrontend(api.Value).WithExposedHeaders("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After", "Location")));
    }

    /// <summary>The rule that the API and an embedded store share.</summary>
    public static CorsPolicyBuilder ForFrontend(this CorsPolicyBuilder policy, ApiOptions api)
    {
        if (api.FrontendUrl is { } frontend) policy.WithOrigins(frontend.GetLeftPart(UriPartial.Authority));
        return policy.WithMethods("GET", "PUT", "POST", "DELETE").AllowAnyHeader().SetPreflightMaxAge(PreflightAge);
    }
}
