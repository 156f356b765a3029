using Pipeline.Assets.Batches;

namespace Pipeline.Assets;

/// <summary>On whose behalf a use case runs: the user of a token, or a tool of an operator.</summary>
/// <param name="TenantId">The customer of the operator that the user belongs to. No caller reaches the rows of another tenant.</param>
/// <param name="UserId">The user. Unique in the tenant; another tenant may have a user with the same id.</param>
/// <param name="Roles">The roles in the token.</param>
public sealed record Caller(string TenantId, string UserId, IReadOnlySet<string> Roles)
{
    /// <summary>The tenant of a token that names none, and of the rows that are older than tenants.</summary>
    public const string DefaultTenant = "default";

    /// <summary>Longest id of a tenant, in characters.</summary>
    public const int MaxTenantLength = 64;

    /// <summary>The role that may read all assets of its tenant.</summary>
    public const string AdminRole = Role.Admin;

    /// <summary>Whether the caller may read all assets of the tenant.</summary>
    public bool IsAdmin => Roles.Contains(AdminRole);

    /// <summary>A user of the default tenant without roles.</summary>
    public Caller(string userId)
        : this(DefaultTenant, userId, new HashSet<string>())
    {
    }
}

/// <summary>The one filter for the rows of a caller, by table.</summary>
public static class CallerFilter
{
    /// <summary>The caller's own assets.</summary>
    public static IQueryable<Asset> Of(this IQueryable<Asset> assets, Caller caller) =>
        assets.Where(a => a.TenantId == caller.TenantId && a.OwnerId == caller.UserId);

    /// <summary>The assets whose files the caller may read: the caller's own, and for an admin all of the tenant.</summary>
    public static IQueryable<Asset> ReadableBy(this IQueryable<Asset> assets, Caller caller) =>
        caller.IsAdmin ? assets.Where(a => a.TenantId == caller.TenantId) : assets.Of(caller);

    /// <summary>The caller's own batches.</summary>
    public static IQueryable<Batch> Of(this IQueryable<Batch> batches, Caller caller) =>
        batches.Where(b => b.TenantId == caller.TenantId && b.OwnerId == caller.UserId);
}
