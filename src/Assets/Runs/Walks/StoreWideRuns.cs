using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Runs.Walks;

/// <summary>
/// A walk looks at the store as a whole, which all tenants share. So it is for the operators of the tenant <c>default</c>, or of the only tenant.
/// </summary>
public sealed class StoreWideRuns(AssetDbContext db)
{
    public async Task<bool> AreAllowedAsync(Caller caller, CancellationToken cancellationToken) =>
        caller.TenantId == Caller.DefaultTenant || !await db.Assets.AnyAsync(a => a.TenantId != caller.TenantId, cancellationToken);
}
