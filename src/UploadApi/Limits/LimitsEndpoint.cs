using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Limits;

/// <param name="TenantId">The tenant of the token.</param>
/// <param name="Types">The media types that an upload may claim.</param>
/// <param name="MaxBytes">Size of the largest file.</param>
/// <param name="MaxFiles">Most files in one batch.</param>
/// <param name="MultipartFromBytes">From which size on a file is sent in parts; left out if the server takes every file in one PUT.</param>
/// <param name="UrlSeconds">Seconds for which an upload URL is valid.</param>
/// <param name="Quotas">Each limit, and how much of it is used.</param>
/// <param name="Pending">The uploads that are not confirmed.</param>
/// <param name="RateLimits">How often upload URLs may be requested.</param>
public sealed record LimitsResponse(
    string TenantId,
    IReadOnlyList<AcceptedType> Types,
    long MaxBytes,
    int MaxFiles,
    long? MultipartFromBytes,
    int UrlSeconds,
    IReadOnlyList<QuotaView> Quotas,
    PendingView Pending,
    IReadOnlyList<RateLimitView> RateLimits);

/// <param name="ContentType">The media type.</param>
/// <param name="Extensions">The endings of file names, with the dot.</param>
public sealed record AcceptedType(string ContentType, IReadOnlyList<string> Extensions);

/// <param name="Limit">The name, as <c>limit</c> of <c>quota_exceeded</c> and <c>storage_full</c>.</param>
/// <param name="Used">The used amount.</param>
/// <param name="Max">The limit; left out if there is none.</param>
/// <param name="Remaining">The rest; left out without a limit.</param>
/// <param name="ResetsAt">When all is left again; left out for storage.</param>
public sealed record QuotaView(string Limit, long Used, long? Max, long? Remaining, DateTimeOffset? ResetsAt);

/// <param name="Uploads">How many.</param>
/// <param name="Bytes">Their announced bytes.</param>
public sealed record PendingView(AmountView Uploads, AmountView Bytes);

/// <param name="Used">The used amount.</param>
/// <param name="Max">The limit.</param>
/// <param name="Remaining">The rest.</param>
public sealed record AmountView(long Used, long Max, long Remaining);

/// <param name="Scope">Who shares the limit: <c>user</c> or <c>tenant</c>.</param>
/// <param name="RequestsPerMinute">Requests for upload URLs in a minute.</param>
/// <param name="Burst">Additional requests that can be saved up.</param>
public sealed record RateLimitView(string Scope, int RequestsPerMinute, int Burst);

/// <summary><c>GET /api/limits</c>: the files that the caller may upload, and the rest of each limit.</summary>
internal sealed class LimitsEndpoint(AssetDbContext db, IOptions<UploadOptions> uploads, IOptions<LimitsOptions> limits, TimeProvider time)
{
    public async Task<IResult> HandleAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var (caller, options) = (user.ToCaller(), uploads.Value);
        var usage = await CurrentUsage.ReadAsync(db, caller, time.GetUtcNow(), cancellationToken);
        return Results.Ok(new LimitsResponse(
            caller.TenantId,
            [.. options.ContentTypes.Select(type => new AcceptedType(type, UploadTypes.Extensions[type]))],
            options.MaxBytes,
            IssueBatch.MaxFiles,
            options.Multipart.FromBytes < options.MaxBytes ? options.Multipart.FromBytes : null,
            options.UrlSeconds,
            [.. LimitKind.All.Where(kind => !kind.IsOfTenant || kind.MaxIn(limits.Value) is not null).Select(kind => Of(kind, usage))],
            new PendingView(Amount(usage.PendingUploads, options.PendingPerOwner), Amount(usage.PendingBytes, options.PendingBytesPerOwner)),
            RateLimits()));
    }

    private QuotaView Of(LimitKind kind, CurrentUsage usage)
    {
        var (used, max) = (usage.UsedOf(kind), kind.MaxIn(limits.Value));
        return new QuotaView(kind.Name, used, max, max is { } most ? Math.Max(0, most - used) : null, kind.IsOfDay ? UsageCounter.EndOf(usage.Day) : null);
    }

    private static AmountView Amount(long used, long max) => new(used, max, Math.Max(0, max - used));

    private List<RateLimitView> RateLimits()
    {
        var (user, tenant) = (uploads.Value.RateLimit, limits.Value.Tenant.RequestsPerMinute);
        List<RateLimitView> all = [new("user", user.PerMinute, user.Burst)];
        if (tenant > 0) all.Add(new RateLimitView("tenant", tenant, Burst: 0));
        return all;
    }
}
