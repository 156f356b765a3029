using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets;
using Pipeline.Assets.RateLimiting;

namespace Pipeline.UploadApi.Http;

/// <summary>
/// Limits the requests of each user in a minute, or of each tenant. The framework's limiter cannot tell when a window ends, which the
/// <c>RateLimit-Reset</c> header needs, and it counts for one instance only.
/// </summary>
/// <param name="kind">The kind of requests.</param>
/// <param name="allowance">The limit; null for none.</param>
/// <param name="key">The setting that raises it.</param>
internal sealed class RateLimit(string kind, Func<RateAllowance?> allowance, string key)
{
    private const int ForgetEvery = 1_000;

    private int _asked;

    /// <summary>The limit that all users of a tenant share besides; null for none.</summary>
    public RateLimit? OfTenant { get; init; }

    /// <param name="context">The request.</param>
    /// <param name="next">Handles it if it is within the limit.</param>
    /// <param name="count">How many requests it counts as; at most as many as a full bucket holds, so that it is served at all.</param>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, int count = 1)
    {
        var caller = context.HttpContext.User.ToCaller();
        if (await RefuseAsync("Each user", context.HttpContext, caller, count) is { } refused) return refused;

        // A user above the own limit takes nothing from the others.
        if (OfTenant is not null && await OfTenant.RefuseAsync("All users of a tenant together", context.HttpContext, caller with { UserId = "" }, count) is { } together) return together;
        return await next(context);
    }

    /// <returns>Null if the request may proceed.</returns>
    internal async Task<IResult?> RefuseAsync(string who, HttpContext http, Caller caller, int count)
    {
        if (allowance() is not { } limit) return null;
        var buckets = http.RequestServices.GetRequiredService<IRateBuckets>();
        if (Interlocked.Increment(ref _asked) % ForgetEvery == 0) await buckets.ForgetFullAsync(kind, limit, http.RequestAborted);
        var requests = Math.Clamp(count, 1, limit.Most);
        var grant = await buckets.TakeAsync(kind, caller, limit, requests, http.RequestAborted);
        var headers = http.Response.Headers;

        // Of two limits, the headers tell the one that ends first.
        if (!grant.IsAllowed || !int.TryParse(headers["RateLimit-Remaining"], out var remaining) || grant.Remaining < remaining)
        {
            headers["RateLimit-Limit"] = limit.Most.ToString();
            headers["RateLimit-Remaining"] = grant.Remaining.ToString();
            headers["RateLimit-Reset"] = grant.ResetSeconds.ToString();
        }

        if (grant.IsAllowed) return null;
        headers.RetryAfter = grant.ResetSeconds.ToString();
        return Problem.RateLimited(who, limit, requests, grant.ResetSeconds, key).ToResult();
    }
}
