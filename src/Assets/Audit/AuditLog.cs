using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Audit;

/// <summary>Records what operators change, in the transaction of the change: there are both or neither.</summary>
public sealed class AuditLog(AssetDbContext db, TimeProvider time)
{
    /// <summary>Most lines on a page.</summary>
    public const int MaxLimit = 200;

    /// <summary>The id of the request that this scope serves.</summary>
    public string RequestId { get; set; } = "";

    /// <summary>
    /// Adds a line to what the database context saves next. Call it after the last <c>ChangeTracker.Clear</c>, which would drop the line.
    /// </summary>
    public void Add(Caller caller, AuditEntry entry) => db.AuditLines.Add(new AuditLine(caller, entry, RequestId, time.GetUtcNow()));

    /// <summary>Writes a line by itself: the request was refused, so nothing else is saved.</summary>
    public async Task WriteAsync(Caller caller, AuditEntry entry, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        Add(caller, entry);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>
    /// Writes what changes the whole installation. Its operators are those of the tenant <c>default</c>, so they see it, too, if another tenant's did it.
    /// </summary>
    public async Task WriteOfInstallationAsync(Caller caller, AuditEntry entry, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        Add(caller, entry);
        if (caller.TenantId != Caller.DefaultTenant) Add(caller with { TenantId = Caller.DefaultTenant }, entry);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The lines of the caller's tenant, the newest first.</summary>
    /// <param name="caller">Names the tenant.</param>
    /// <param name="verb">Only lines of this verb.</param>
    /// <param name="userId">Only lines of this user.</param>
    /// <param name="before">Only lines that are older than this one.</param>
    /// <param name="atMost">Most lines.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<List<AuditLine>> ReadAsync(Caller caller, string? verb, string? userId, Guid? before, int atMost, CancellationToken cancellationToken)
    {
        var lines = db.AuditLines.AsNoTracking().Where(l => l.TenantId == caller.TenantId);
        if (verb is not null) lines = lines.Where(l => l.Verb == verb);
        if (userId is not null) lines = lines.Where(l => l.UserId == userId);
        if (before is { } last) lines = lines.Where(l => l.Id.CompareTo(last) < 0);
        return lines.OrderByDescending(l => l.Id).Take(atMost).ToListAsync(cancellationToken);
    }
}
