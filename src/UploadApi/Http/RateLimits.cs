using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Limits;
using Pipeline.Assets.RateLimiting;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Http.OpenApi;

namespace Pipeline.UploadApi.Http;

/// <summary>
/// Most requests of each user in a minute that cause work, counted over all instances. Section <c>RateLimits</c>; presigned URLs have their
/// own limit at <c>Uploads:RateLimit</c>.
/// </summary>
public sealed class RateLimitsOptions
{
    public const string Section = "RateLimits";

    /// <summary>Confirms; several in one request count each. Default 600: a hundred files at once, several times over.</summary>
    [Range(1, 1_000_000)]
    public int ConfirmPerMinute { get; set; } = 600;

    /// <summary>Upload URLs that are signed again. Default 600: each of a hundred files several times over.</summary>
    [Range(1, 1_000_000)]
    public int SignAgainPerMinute { get; set; } = 600;

    /// <summary>
    /// Requests about the parts of uploads: sign up to 100 of them, list them; Uppy signs each by itself. Default 3,000: parts of 5 MiB at 2 Gbit/s.
    /// </summary>
    [Range(1, 1_000_000)]
    public int PartsPerMinute { get; set; } = 3_000;

    /// <summary>Temporary assets that are kept; several in one request count each. Default 600.</summary>
    [Range(1, 1_000_000)]
    public int KeepPerMinute { get; set; } = 600;

    /// <summary>Reprocesses. Default 120.</summary>
    [Range(1, 1_000_000)]
    public int ReprocessPerMinute { get; set; } = 120;

    /// <summary>Focal points that are set or unset. Default 120.</summary>
    [Range(1, 1_000_000)]
    public int FocalPointPerMinute { get; set; } = 120;

    /// <summary>Download URLs. Default 600.</summary>
    [Range(1, 1_000_000)]
    public int DownloadUrlPerMinute { get; set; } = 600;

    /// <summary>Assets that are made public or private. Each change copies all variants. Default 120.</summary>
    [Range(1, 1_000_000)]
    public int VisibilityPerMinute { get; set; } = 120;

    /// <summary>Deletions, and batches that are closed. Default 600.</summary>
    [Range(1, 1_000_000)]
    public int DeletePerMinute { get; set; } = 600;

    /// <summary>Tickets for streams. Default 120.</summary>
    [Range(1, 1_000_000)]
    public int TicketPerMinute { get; set; } = 120;

    /// <summary>Requests of operators that are refused because the token lacks the role; each leaves a line in the audit. Default 60.</summary>
    [Range(1, 1_000_000)]
    public int RefusedVerbPerMinute { get; set; } = 60;

    /// <summary>Webhooks created, changed, rotated or deleted. Default 60.</summary>
    [Range(1, 1_000_000)]
    public int WebhookChangePerMinute { get; set; } = 60;

    /// <summary>Test events that are sent to webhooks. Default 20.</summary>
    [Range(1, 1_000_000)]
    public int WebhookTestPerMinute { get; set; } = 20;

    /// <summary>Requests that replay deliveries of webhooks. Default 60.</summary>
    [Range(1, 1_000_000)]
    public int WebhookReplayPerMinute { get; set; } = 60;
}

/// <summary>One limit for each kind of request.</summary>
internal sealed class RateLimits(IOptions<UploadOptions> uploads, IOptions<RateLimitsOptions> options, IOptions<LimitsOptions> limits)
{
    public RateLimit Presign { get; } = new(
        "presign",
        () => new RateAllowance(uploads.Value.RateLimit.PerMinute, uploads.Value.RateLimit.Burst),
        $"{UploadOptions.Section}:{nameof(UploadOptions.RateLimit)}:{nameof(RateLimitOptions.PerMinute)}` or `{UploadOptions.Section}:{nameof(UploadOptions.RateLimit)}:{nameof(RateLimitOptions.Burst)}")
    {
        OfTenant = new RateLimit(
            "presign-tenant",
            () => limits.Value.Tenant.RequestsPerMinute is > 0 and var perMinute ? new RateAllowance(perMinute, Burst: 0) : null,
            $"{LimitsOptions.Section}:{nameof(LimitsOptions.Tenant)}:{nameof(TenantLimits.RequestsPerMinute)}"),
    };

    public RateLimit Confirm { get; } = Of("confirm", options, o => o.ConfirmPerMinute, nameof(RateLimitsOptions.ConfirmPerMinute));

    public RateLimit SignAgain { get; } = Of("sign-again", options, o => o.SignAgainPerMinute, nameof(RateLimitsOptions.SignAgainPerMinute));

    public RateLimit Parts { get; } = Of("parts", options, o => o.PartsPerMinute, nameof(RateLimitsOptions.PartsPerMinute));

    public RateLimit Keep { get; } = Of("keep", options, o => o.KeepPerMinute, nameof(RateLimitsOptions.KeepPerMinute));

    public RateLimit Reprocess { get; } = Of("reprocess", options, o => o.ReprocessPerMinute, nameof(RateLimitsOptions.ReprocessPerMinute));

    public RateLimit FocalPoint { get; } = Of("focal-point", options, o => o.FocalPointPerMinute, nameof(RateLimitsOptions.FocalPointPerMinute));

    public RateLimit DownloadUrl { get; } = Of("download-url", options, o => o.DownloadUrlPerMinute, nameof(RateLimitsOptions.DownloadUrlPerMinute));

    public RateLimit Visibility { get; } = Of("visibility", options, o => o.VisibilityPerMinute, nameof(RateLimitsOptions.VisibilityPerMinute));

    public RateLimit Delete { get; } = Of("delete", options, o => o.DeletePerMinute, nameof(RateLimitsOptions.DeletePerMinute));

    public RateLimit Ticket { get; } = Of("ticket", options, o => o.TicketPerMinute, nameof(RateLimitsOptions.TicketPerMinute));

    public RateLimit RefusedVerb { get; } = Of("refused-verb", options, o => o.RefusedVerbPerMinute, nameof(RateLimitsOptions.RefusedVerbPerMinute));

    public RateLimit WebhookChange { get; } = Of("webhook-change", options, o => o.WebhookChangePerMinute, nameof(RateLimitsOptions.WebhookChangePerMinute));

    public RateLimit WebhookTest { get; } = Of("webhook-test", options, o => o.WebhookTestPerMinute, nameof(RateLimitsOptions.WebhookTestPerMinute));

    public RateLimit WebhookReplay { get; } = Of("webhook-replay", options, o => o.WebhookReplayPerMinute, nameof(RateLimitsOptions.WebhookReplayPerMinute));

    private static RateLimit Of(string kind, IOptions<RateLimitsOptions> options, Func<RateLimitsOptions, int> perMinute, string key) =>
        new(kind, () => new RateAllowance(perMinute(options.Value), Burst: 0), $"{RateLimitsOptions.Section}:{key}");
}

internal static class RateLimitedRoute
{
    /// <summary>Counts the requests of each user on this route, and answers 429 above the limit. A request that names ids counts once for each.</summary>
    public static RouteHandlerBuilder LimitedBy(this RouteHandlerBuilder route, Func<RateLimits, RateLimit> which) =>
        route.LimitedBy((limits, _) => which(limits));

    /// <summary>The same with a limit that depends on the request.</summary>
    public static RouteHandlerBuilder LimitedBy(this RouteHandlerBuilder route, Func<RateLimits, EndpointFilterInvocationContext, RateLimit> which) => route
        .AddEndpointFilter(async (context, next) => await which(context.HttpContext.RequestServices.GetRequiredService<RateLimits>(), context)
            .InvokeAsync(context, next, context.Arguments.OfType<AssetIdsRequest>().SingleOrDefault()?.Count ?? 1))
        .Refuses("rate_limited").WithMetadata(new CountedRequests());
}
