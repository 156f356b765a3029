using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Pipeline.UploadApi.Http;

/// <summary>
/// So many requests of each user in a minute. The framework's limiter cannot tell when a window ends, which the
/// <c>RateLimit-Reset</c> header must; hence this fixed window.
/// </summary>
/// <param name="perMinute">The limit.</param>
/// <param name="key">The setting that raises it.</param>
/// <param name="time">The clock.</param>
internal sealed class RateLimit(Func<int> perMinute, string key, TimeProvider time)
{
    private const int SweepEvery = 1_000;
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Window> _windows = new(StringComparer.Ordinal);
    private int _asked;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (allowed, remaining, reset) = Take(context.HttpContext.User.UserId());
        var headers = context.HttpContext.Response.Headers;
        headers["RateLimit-Limit"] = perMinute().ToString();
        headers["RateLimit-Remaining"] = remaining.ToString();
        headers["RateLimit-Reset"] = reset.ToString();
        if (allowed) return await next(context);
        headers.RetryAfter = reset.ToString();
        return Problem.RateLimited(perMinute(), reset, key).ToResult();
    }

    internal (bool Allowed, int Remaining, int ResetSeconds) Take(string userId)
    {
        var now = time.GetUtcNow();
        if (Interlocked.Increment(ref _asked) % SweepEvery == 0) Forget(now);
        var limit = perMinute();
        var window = _windows.AddOrUpdate(
            userId,
            _ => new Window(now + Length, 1),
            (_, old) => old.End <= now ? new Window(now + Length, 1) : old with { Count = Math.Min(old.Count + 1, limit + 1) });
        var reset = (int)Math.Ceiling((window.End - now).TotalSeconds);
        return (window.Count <= limit, Math.Max(0, limit - window.Count), reset);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var entry in _windows)
            if (entry.Value.End <= now)
                _windows.TryRemove(entry);
    }

    private sealed record Window(DateTimeOffset End, int Count);
}
