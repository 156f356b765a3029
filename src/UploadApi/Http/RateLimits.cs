using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
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

    /// <summary>Confirms. Default 600: a hundred files at once, several times over.</summary>
    [Range(1, 1_000_000)]
    public int ConfirmPerMinute { get; set; } = 600;

    /// <summary>Reprocesses. Default 120.</summary>
    [Range(1, 1_000_000)]
    public int ReprocessPerMinute { get; set; } = 120;

    /// <summary>Focal points that are set or unset. Default 120.</summary>
    [Range(1, 1_000_000)]
    public int FocalPointPerMinute { get; set; } = 120;

    /// <summary>Deletions. Default 600.</summary>
    [Range(1, 1_000_000)]
    public int DeletePerMinute { get; set; } = 600;
}

/// <summary>One limit for each kind of request.</summary>
internal sealed class RateLimits(IOptions<UploadOptions> uploads, IOptions<RateLimitsOptions> options)
{
    public RateLimit Presign { get; } = new(
        "presign",
        () => new RateAllowance(uploads.Value.RateLimit.PerMinute, uploads.Value.RateLimit.Burst),
        $"{UploadOptions.Section}:{nameof(UploadOptions.RateLimit)}:{nameof(RateLimitOptions.PerMinute)}` or `{UploadOptions.Section}:{nameof(UploadOptions.RateLimit)}:{nameof(RateLimitOptions.Burst)}");

    public RateLimit Confirm { get; } = Of("confirm", options, o => o.ConfirmPerMinute, nameof(RateLimitsOptions.ConfirmPerMinute));

    public RateLimit Reprocess { get; } = Of("reprocess", options, o => o.ReprocessPerMinute, nameof(RateLimitsOptions.ReprocessPerMinute));

    public RateLimit FocalPoint { get; } = Of("focal-point", options, o => o.FocalPointPerMinute, nameof(RateLimitsOptions.FocalPointPerMinute));

    public RateLimit Delete { get; } = Of("delete", options, o => o.DeletePerMinute, nameof(RateLimitsOptions.DeletePerMinute));

    private static RateLimit Of(string kind, IOptions<RateLimitsOptions> options, Func<RateLimitsOptions, int> perMinute, string key) =>
        new(kind, () => new RateAllowance(perMinute(options.Value), Burst: 0), $"{RateLimitsOptions.Section}:{key}");
}

internal static class RateLimitedRoute
{
    /// <summary>Counts the requests of each user on this route, and answers 429 above the limit.</summary>
    public static RouteHandlerBuilder LimitedBy(this RouteHandlerBuilder route, Func<RateLimits, RateLimit> which) => route
        .AddEndpointFilter(async (context, next) =>
            await which(context.HttpContext.RequestServices.GetRequiredService<RateLimits>()).InvokeAsync(context, next))
        .Refuses("rate_limited").WithMetadata(new CountedRequests());
}
