using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Assets.Purging;

/// <summary>The caches that are purged when public objects are deleted. Section <c>Purge</c>. Default none.</summary>
public sealed partial class PurgeOptions : IValidatableObject
{
    public const string Section = "Purge";

    /// <summary>Cloudflare before the public area.</summary>
    public CloudflareOptions Cloudflare { get; set; } = new();

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        const string Of = $"{Section}:{nameof(Cloudflare)}";
        if (Cloudflare.ZoneId is { } zone && !Zone().IsMatch(zone)) yield return new ValidationResult($"`{Of}:{nameof(Cloudflare.ZoneId)}` must be the 32 hex digits of a zone, was '{Credentials.Hide(zone)}'");
        if (Cloudflare.ApiToken is { } token && !Token().IsMatch(token)) yield return new ValidationResult($"`{Of}:{nameof(Cloudflare.ApiToken)}` has characters that no token has");
        if (Cloudflare.ZoneId is null != Cloudflare.ApiToken is null)
            yield return new ValidationResult($"`{Of}:{nameof(Cloudflare.ZoneId)}` and `{Of}:{nameof(Cloudflare.ApiToken)}` are needed both, or none of them");
        if (Cloudflare.BaseAddress is not { IsAbsoluteUri: true, Query: "", Fragment: "", UserInfo: "" } address || (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            yield return new ValidationResult($"`{Of}:{nameof(Cloudflare.BaseAddress)}` must be an https URL without query, was '{Credentials.Hide(Cloudflare.BaseAddress)}'");
    }

    [GeneratedRegex(@"\A[0-9a-fA-F]{32}\z", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Zone();

    [GeneratedRegex(@"\A[!-~]{1,512}\z", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Token();
}

/// <summary>Section <c>Purge:Cloudflare</c>.</summary>
public sealed class CloudflareOptions
{
    /// <summary>The id of the zone of the public host; 32 hex digits. Default none: nothing is purged.</summary>
    public string? ZoneId { get; set; }

    /// <summary>A token with the permission <c>Zone / Cache Purge</c> for this zone and no other. Default none.</summary>
    [Secret]
    public string? ApiToken { get; set; }

    /// <summary>Where Cloudflare's API is. Default <c>https://api.cloudflare.com/client/v4/</c>. Tests set another address.</summary>
    public Uri BaseAddress { get; set; } = new("https://api.cloudflare.com/client/v4/");
}
