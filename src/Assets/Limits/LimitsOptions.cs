using System.ComponentModel.DataAnnotations;

namespace Pipeline.Assets.Limits;

/// <summary>
/// What a user and a tenant may upload, counted over all instances. Section <c>Limits</c>. 0 means no limit, which is the default of each: an
/// operator knows how large the storage is and who pays for it, and this program does not.
/// </summary>
public sealed class LimitsOptions
{
    public const string Section = "Limits";

    /// <summary>The limits of each user.</summary>
    public UserLimits User { get; set; } = new();

    /// <summary>The limits of all users of a tenant together.</summary>
    public TenantLimits Tenant { get; set; } = new();

    /// <summary>
    /// Whether tenants are counted as a whole. All uploads of a tenant wait for each other at its counters, so there are none without a limit.
    /// </summary>
    internal bool CountsTenants => Tenant is not { FilesPerDay: 0, BytesPerDay: 0, BytesStored: 0 };
}

/// <summary>Section <c>Limits:User</c>. The requests of a user in a minute are limited by <c>Uploads:RateLimit</c> and <c>RateLimits</c>.</summary>
public class UserLimits
{
    /// <summary>Most files that may be announced in a day (UTC). Default 0, no limit.</summary>
    [Range(0, long.MaxValue)]
    public long FilesPerDay { get; set; }

    /// <summary>Most bytes that may be announced in a day (UTC). Default 0, no limit.</summary>
    [Range(0, long.MaxValue)]
    public long BytesPerDay { get; set; }

    /// <summary>
    /// Most bytes of files that are pending, in work, ready or failed, by the size of the uploaded file; variants are not counted. Default 0,
    /// no limit.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long BytesStored { get; set; }
}

/// <summary>Section <c>Limits:Tenant</c>.</summary>
public sealed class TenantLimits : UserLimits
{
    /// <summary>Most requests for upload URLs in a minute. Default 0, no limit.</summary>
    [Range(0, 1_000_000)]
    public int RequestsPerMinute { get; set; }
}
