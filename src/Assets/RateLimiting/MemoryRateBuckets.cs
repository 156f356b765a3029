using System.Collections.Concurrent;

namespace Pipeline.Assets.RateLimiting;

/// <summary>Keeps the buckets in memory, for an API with a single instance.</summary>
public sealed class MemoryRateBuckets(TimeProvider time) : IRateBuckets
{
    private readonly ConcurrentDictionary<(string Kind, string TenantId, string UserId), Bucket> _buckets = new();

    internal int Count => _buckets.Count;

    /// <inheritdoc />
    public ValueTask<RateGrant> TakeAsync(string kind, Caller caller, RateAllowance allowance, int requests, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var bucket = _buckets.AddOrUpdate(
            (kind, caller.TenantId, caller.UserId), _ => new Bucket(allowance.Most, now, IsAllowed: false).Take(requests, now, allowance), (_, old) => old.Take(requests, now, allowance));
        var reset = (int)Math.Ceiling((bucket.FilledAt.AddMinutes(1) - now).TotalSeconds);
        return ValueTask.FromResult(new RateGrant(bucket.IsAllowed, bucket.Left, Math.Clamp(reset, 1, 60)));
    }

    /// <inheritdoc />
    public ValueTask ForgetFullAsync(string kind, RateAllowance allowance, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var entry in _buckets)
            if (entry.Key.Kind == kind && entry.Value.Filled(now, allowance).Left >= allowance.Most)
                _buckets.TryRemove(entry);
        return ValueTask.CompletedTask;
    }

    private sealed record Bucket(int Left, DateTimeOffset FilledAt, bool IsAllowed)
    {
        public Bucket Take(int requests, DateTimeOffset now, RateAllowance allowance)
        {
            var filled = Filled(now, allowance);
            var isAllowed = filled.Left >= requests;
            return filled with { Left = filled.Left - (isAllowed ? requests : 0), IsAllowed = isAllowed };
        }

        public Bucket Filled(DateTimeOffset now, RateAllowance allowance)
        {
            var minutes = Math.Max(0, (long)(now - FilledAt).TotalMinutes);
            var left = (int)Math.Min(allowance.Most, Left + (minutes * allowance.PerMinute));
            return this with { Left = left, FilledAt = left == allowance.Most ? now : FilledAt.AddMinutes(minutes) };
        }
    }
}
