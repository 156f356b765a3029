using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Pipeline.UploadApi.Http.Idempotency;

namespace Pipeline.UploadApi.Http;

/// <summary>Lets browsers call only from the front ends' origins; public resources are open to all origins.</summary>
public static partial class FrontendCors
{
    /// <summary>The policy of public resources: published images and the redirect to them.</summary>
    public const string PublicPolicy = "public";

    private const int MaxLoggedOrigins = 100;
    private static readonly TimeSpan PreflightAge = TimeSpan.FromHours(1);

    internal static void AddFrontendCors(this IServiceCollection services)
    {
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<ApiOptions>>((cors, api) =>
        {
            cors.AddDefaultPolicy(policy => policy.ForFrontend(api.Value)
                .WithExposedHeaders("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After", "Location", "Preference-Applied", IdempotencyHeader.Replayed, RequestIds.Header));
            cors.AddPolicy(PublicPolicy, policy => policy.AllowAnyOrigin().WithMethods("GET", "HEAD").AllowAnyHeader()
                .WithExposedHeaders("ETag", "Content-Length", RequestIds.Header).SetPreflightMaxAge(PreflightAge));
        });
    }

    /// <summary>The policy that the API and an embedded store share.</summary>
    public static CorsPolicyBuilder ForFrontend(this CorsPolicyBuilder policy, ApiOptions api) => policy
        .WithOrigins([.. api.FrontendOrigins]).WithMethods("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE").AllowAnyHeader().SetPreflightMaxAge(PreflightAge);

    /// <summary>
    /// Adds the headers that caches need: an <c>img</c> request sends no Origin, and the browser may reuse its cached answer for a later
    /// fetch, which needs CORS headers. The framework adds them only if a request has an Origin.
    /// </summary>
    internal static void UseFrontendCors(this WebApplication app)
    {
        var api = app.Services.GetRequiredService<IOptions<ApiOptions>>().Value;
        var ours = api.FrontendOrigins.Append(api.PublicUrl!.GetLeftPart(UriPartial.Authority)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var logged = new ConcurrentDictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        app.Use((context, next) =>
        {
            var isPublic = context.GetEndpoint()?.Metadata.GetMetadata<IEnableCorsAttribute>()?.PolicyName == PublicPolicy;
            context.Response.OnStarting(() =>
            {
                if (isPublic) context.Response.Headers.AccessControlAllowOrigin = "*";
                else if (!context.Response.Headers.Vary.Contains(HeaderNames.Origin)) context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
                return Task.CompletedTask;
            });
            // Log each origin once, because a blocked page retries again and again.
            if (!isPublic && ForeignOrigin(context.Request, ours) is { } foreign && logged.Count < MaxLoggedOrigins && logged.TryAdd(foreign, true))
                app.Logger.OriginBlocked(foreign, api.FrontendOrigins.Count == 0 ? "none" : string.Join(", ", api.FrontendOrigins));
            return next(context);
        });
        app.UseCors();
    }

    // A client can send any text: log it only if it is an origin.
    private static string? ForeignOrigin(HttpRequest request, HashSet<string> ours) =>
        request.Headers.Origin is [{ Length: > 0 and < 300 } origin] && !ours.Contains(origin) && origin != $"{request.Scheme}://{request.Host}"
            ? Origin().IsMatch(origin) ? origin : "(not a web origin)"
            : null;

    [GeneratedRegex(@"\A[a-z][a-z0-9+.-]*://[A-Za-z0-9._:\[\]-]+\z", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Origin();
}
