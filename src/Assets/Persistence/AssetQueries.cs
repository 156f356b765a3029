using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Pipeline.Assets.Persistence;

/// <summary>
/// The queries of nearly every request, compiled once: otherwise EF Core builds and hashes the tree of the expression for each, to find the compiled one.
/// </summary>
public sealed class AssetQueries
{
    /// <summary>Marks the queries for a provider that can keep their plans on a connection.</summary>
    public const string Tag = "prepared";

    // A compiled query fits one model, and each provider has its own.
    private static readonly ConditionalWeakTable<IModel, AssetQueries> Known = [];

    private AssetQueries()
    {
    }

    /// <summary>An asset of this tenant and owner.</summary>
    public Func<AssetDbContext, Guid, string, string, CancellationToken, Task<Asset?>> OfOwner { get; } = EF.CompileAsyncQuery(
        (AssetDbContext db, Guid id, string tenantId, string ownerId, CancellationToken cancellationToken) =>
            db.Assets.Where(a => a.TenantId == tenantId && a.OwnerId == ownerId).AsNoTracking().TagWith(Tag).SingleOrDefault(a => a.Id == id));

    /// <summary>Assets of any tenant and owner: the caller compares them.</summary>
    public Func<AssetDbContext, Guid[], IAsyncEnumerable<Asset>> OfIds { get; } = EF.CompileAsyncQuery(
        (AssetDbContext db, Guid[] ids) => db.Assets.Where(a => ids.Contains(a.Id)).AsNoTracking().TagWith(Tag));

    /// <summary>An asset that is about to change.</summary>
    public Func<AssetDbContext, Guid, CancellationToken, Task<Asset?>> Tracked { get; } = EF.CompileAsyncQuery(
        (AssetDbContext db, Guid id, CancellationToken cancellationToken) => db.Assets.TagWith(Tag).SingleOrDefault(a => a.Id == id));

    /// <summary>The queries for the provider of this context.</summary>
    public static AssetQueries Of(AssetDbContext db) => Known.GetValue(db.Model, static _ => new AssetQueries());
}
