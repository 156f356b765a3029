using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.RateLimiting;

namespace Pipeline.UploadApi.Http;

/// <summary>
/// Limits the requests of each user in a minute. The framework's limiter cannot tell when a window ends, which the <c>RateLimit-Reset</c>
/// header needs, and it counts for one instance only.
/// </summary>
/// <param name="kind">The kind of requests.</param>
/// <param name="allowance">The limit.</param>
/// <param name="key">The setting that raises it.</param>
internal sealed class RateLimit(string kind, Func<RateAllowance> allowance, string key)
{
    private const int ForgetEvery = 1_000;

    private int _asked;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var (buckets, limit) = (http.RequestServices.GetRequiredService<IRateBuckets>(), allowance());
        if (Interlocked.Increment(ref _asked) % ForgetEvery == 0) await buckets.ForgetFullAsync(kind, limit, http.RequestAborted);
        var grant = await buckets.TakeAsync(kind, http.User.ToCaller(), limit, http.RequestAborted);
        var headers = http.Response.Headers;
        headers["RateLimit-Limit"] = limit.Most.ToString();
        headers["RateLimit-Remaining"] = grant.Remaining.ToString();
        headers["RateLimit-Reset"] = grant.ResetSeconds.ToString();
        if (grant.IsAllowed) return await next(context);
        headers.RetryAfter = grant.ResetSeconds.ToString();
        return Problem.RateLimited(limit, grant.ResetSeconds, key).ToResult();
    }
}
