using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Counts;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Profiles;
using Pipeline.Assets.Purging;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Assets.Webhooks;
using Pipeline.Storage;

namespace Pipeline.Assets.Persistence;

/// <summary>The asset database. The composition root picks the provider; each provider has its own migrations.</summary>
/// <param name="options">Options of EF Core.</param>
/// <param name="limits">Say whether tenants are counted; null for no.</param>
public partial class AssetDbContext(DbContextOptions options, IOptions<LimitsOptions>? limits = null) : DbContext(options)
{
    /// <summary>Whether tenants are counted as a whole; see <see cref="LimitsOptions"/>.</summary>
    public bool CountsTenants { get; set; } = limits?.Value.CountsTenants ?? false;

    public DbSet<Asset> Assets => Set<Asset>();

    public DbSet<AssetEvent> Events => Set<AssetEvent>();

    public DbSet<Batch> Batches => Set<Batch>();

    public DbSet<FeedReader> FeedReaders => Set<FeedReader>();

    public DbSet<StreamTicket> StreamTickets => Set<StreamTicket>();

    public DbSet<EventCounter> EventCounters => Set<EventCounter>();

    public DbSet<Webhook> Webhooks => Set<Webhook>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    public DbSet<WebhookAttempt> WebhookAttempts => Set<WebhookAttempt>();

    public DbSet<UsageCounter> UsageCounters => Set<UsageCounter>();

    public DbSet<IdempotencyRecord> IdempotencyRecords => Set<IdempotencyRecord>();

    public DbSet<PendingPurge> Purges => Set<PendingPurge>();

    public DbSet<CurrentProfile> Profiles => Set<CurrentProfile>();

    public DbSet<ProfileFingerprint> ProfileFingerprints => Set<ProfileFingerprint>();

    public DbSet<AuditLine> AuditLines => Set<AuditLine>();

    public DbSet<Run> Runs => Set<Run>();

    public DbSet<RunItem> RunItems => Set<RunItem>();

    public DbSet<RunCount> RunCounts => Set<RunCount>();

    public DbSet<RunFinding> RunFindings => Set<RunFinding>();

    public DbSet<ReplacedPublication> ReplacedPublications => Set<ReplacedPublication>();

    public DbSet<AnnouncedWorker> Workers => Set<AnnouncedWorker>();

    public DbSet<StoredCounts> StoredCounts => Set<StoredCounts>();

    /// <summary>
    /// The counters that the last <see cref="SaveChangesAsync(bool, CancellationToken)"/> added to, as it left them. They stay locked until the
    /// transaction ends, so the caller can still roll back if they pass a limit.
    /// </summary>
    public IReadOnlyList<UsageCounter> SavedCounters { get; private set; } = [];

    /// <summary>Checks whether the database accepts writes, by the smallest write if the provider supports it; null if it does.</summary>
    /// <returns>A reason that anyone may read, and the database's own error for the log.</returns>
    public virtual async Task<(string Reason, string? Detail)?> WhyNoWritesAsync(CancellationToken cancellationToken) =>
        await Database.CanConnectAsync(cancellationToken) ? null : ("the database does not answer", null);

    /// <inheritdoc />
    /// <remarks>
    /// Saves the events of the changed assets with them; the version of a row is the number of its last event. In the same transaction a
    /// deletion empties the asset's earlier events, and the counters of usage and of runs follow the assets.
    /// </remarks>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        var deleted = new List<Guid>();
        var changed = ChangeTracker.Entries<Asset>().Where(e => e.State is EntityState.Added or EntityState.Modified).ToList();
        var (usage, ended, withdrawn) = (UsageChange.Of(changed, CountsTenants), RunOutcomes.Of(changed), RunOutcomes.WithdrawnOf(changed));
        SavedCounters = [];
        SavedAssets += changed.Count;
        var happened = new List<(Asset Asset, IReadOnlyList<AssetEvent> Events)>();
        foreach (var entry in changed)
        {
            entry.Entity.PlanManifest();
            var events = entry.Entity.TakeEvents();
            Events.AddRange(events);
            happened.Add((entry.Entity, events));
            if (events.Any(e => e.Kind == AssetEventKind.Deleted)) deleted.Add(entry.Entity.Id);
        }

        try
        {
            var saved = deleted.Count == 0 && usage.Count == 0 && ended.Count == 0 && withdrawn.Count == 0
                ? await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken)
                : await SaveWithUsageAsync(deleted, withdrawn, usage, ended, acceptAllChangesOnSuccess, cancellationToken);
            foreach (var (asset, events) in happened) AssetMetrics.Saved(asset, events);
            return saved;
        }
        catch (DbUpdateException e) when (e.InnerException is DbException fault && IsDuplicateKey(fault) && e.Entries.All(IsOfChange))
        {
            // Another writer made this version of the row at the very same time, and EF Core sends the event before the row. If the first
            // statement of a batch fails, the exception names all rows of the batch.
            throw new DbUpdateConcurrencyException("The row has changed since it was read.", e);
        }
    }

    private static bool IsOfChange(EntityEntry entry) => entry.Entity is AssetEvent || (entry.Entity is Asset && entry.State == EntityState.Modified);

    private async Task<int> SaveWithUsageAsync(
        List<Guid> deleted, IReadOnlyList<Guid> withdrawn, IReadOnlyList<UsageChange> usage, IReadOnlyList<EndedAsset> ended, bool acceptAllChangesOnSuccess, CancellationToken cancellationToken)
    {
        await using var own = Database.CurrentTransaction is null ? await Database.BeginTransactionAsync(cancellationToken) : null;
        if (deleted.Count > 0) await Events.Where(e => deleted.Contains(e.AssetId) && e.Snapshot != null).ExecuteUpdateAsync(row => row.SetProperty(e => e.Snapshot, (string?)null), cancellationToken);
        var saved = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        if (withdrawn.Count > 0) await ReplacedPublications.Where(r => withdrawn.Contains(r.AssetId)).ExecuteDeleteAsync(cancellationToken);
        var counts = ended.Count == 0 ? [] : await RunOutcomes.SettleAsync(this, ended, ended.Max(one => one.Asset.UpdatedAt), cancellationToken);

        // The publications that the runs replaced.
        if (ChangeTracker.Entries<ReplacedPublication>().Any(e => e.State == EntityState.Added)) await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);

        // Last, because other transactions wait for these rows: they hold no lock that this one still needs, and they wait only for its commit.
        SavedCounters = await Limits.UsageCounters.ApplyAsync(this, usage, cancellationToken);
        await Pipeline.Assets.Runs.RunCounts.AddAsync(this, counts, cancellationToken);
        if (own is not null) await own.CommitAsync(cancellationToken);
        return saved;
    }

    /// <summary>Whether the statement failed because another row has these unique values.</summary>
    internal bool IsDuplicate(DbException exception) => IsDuplicateKey(exception);

    /// <summary>Whether <see cref="EstimateAsync"/> is quicker than a count.</summary>
    public virtual bool CanEstimate => false;

    /// <summary>How many rows the database expects of a query, without running it; the exact number for a provider that cannot tell.</summary>
    public virtual Task<long> EstimateAsync<T>(IQueryable<T> query, CancellationToken cancellationToken) => query.LongCountAsync(cancellationToken);

    /// <summary>The number of assets by status, exact up to <paramref name="most"/> assets and estimated above if the provider can.</summary>
    public virtual async Task<(IReadOnlyDictionary<AssetStatus, long> Counts, bool AreEstimated)> CountByStatusAsync(int most, CancellationToken cancellationToken)
    {
        var counts = await Assets.GroupBy(a => a.Status).Select(g => new { Status = g.Key, Count = g.LongCount() }).ToListAsync(cancellationToken);
        return (Enum.GetValues<AssetStatus>().ToDictionary(status => status, status => counts.Find(c => c.Status == status)?.Count ?? 0), false);
    }

    /// <summary>Whether the statement failed because a row with this key exists.</summary>
    protected virtual bool IsDuplicateKey(DbException exception) => false;

    /// <summary>
    /// Makes other callers with the same owner wait until the transaction ends. Does nothing for a provider whose write transactions run
    /// one after another from their beginning.
    /// </summary>
    public virtual Task LockOwnerAsync(string tenantId, string ownerId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>SQL before a statement that locks rows which other requests need: it frees them if this process freezes.</summary>
    protected internal virtual string BeforeSharedLocks => "";

    /// <summary>
    /// Takes a lock until the transaction ends, unless another transaction has it. True for a provider whose write transactions run one after
    /// another from their beginning.
    /// </summary>
    public virtual Task<bool> TryLockAsync(string name, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Asset>(ConfigureAsset);
        modelBuilder.Entity<AssetEvent>(ConfigureEvent);
        modelBuilder.Entity<Batch>(ConfigureBatch);
        modelBuilder.Entity<EventCounter>(ConfigureCounter);
        modelBuilder.Entity<FeedReader>(ConfigureReader);
        modelBuilder.Entity<StreamTicket>(StreamTicket.Configure);
        WebhookTables.Configure(modelBuilder);
        modelBuilder.Entity<UsageCounter>(UsageCounter.Configure);
        modelBuilder.Entity<IdempotencyRecord>(IdempotencyRecord.Configure);
        RunTables.Configure(modelBuilder);
        modelBuilder.Entity<AuditLine>(AuditLine.Configure);
        modelBuilder.Entity<PendingPurge>(PendingPurge.Configure);
        modelBuilder.Entity<CurrentProfile>(CurrentProfile.Configure);
        modelBuilder.Entity<ProfileFingerprint>(ProfileFingerprint.Configure);
        modelBuilder.Entity<AnnouncedWorker>(AnnouncedWorker.Configure);
        ConfigureJobs(modelBuilder);
        modelBuilder.Entity<StoredCounts>(Pipeline.Assets.Counts.StoredCounts.Configure);
    }

    private static void ConfigureAsset(EntityTypeBuilder<Asset> asset)
    {
        asset.ToTable("assets");
        asset.HasKey(a => a.Id);
        asset.Property(a => a.Id).ValueGeneratedNever();
        asset.Property(a => a.TenantId).HasMaxLength(Caller.MaxTenantLength).HasDefaultValue(Caller.DefaultTenant);
        asset.Property(a => a.OwnerId).HasMaxLength(128);
        asset.Property(a => a.Status).HasConversion<string>().HasMaxLength(16);
        asset.Property(a => a.Work).HasConversion<string>().HasMaxLength(16);
        asset.Property(a => a.Visibility).HasConversion<string>().HasMaxLength(16).HasDefaultValue(AssetVisibility.Public);
        asset.Property(a => a.FileName).HasMaxLength(255);
        asset.Property(a => a.ClaimedType).HasMaxLength(64);
        asset.Property(a => a.Sha256).HasMaxLength(64);
        asset.Property(a => a.Profile).HasMaxLength(32);
        asset.Property(a => a.ProfileFingerprint).HasMaxLength(Hex64.Length);
        asset.Property(a => a.PerceptualHash).HasMaxLength(Hex64.Length);
        asset.Property(a => a.IncomingKey).HasMaxLength(900);
        asset.Property(a => a.IncomingETag).HasMaxLength(128);
        asset.Property(a => a.MultipartId).HasMaxLength(Asset.MaxMultipartId);
        asset.Property(a => a.TraceContext).HasMaxLength(Pipeline.Hosting.Telemetry.TraceContext.MaxLength);
        asset.Property(a => a.RejectionCode).HasMaxLength(32);
        asset.Property(a => a.FailureCode).HasMaxLength(32);
        asset.Property(a => a.FailureEngine).HasMaxLength(256);
        asset.Property(a => a.Version).IsConcurrencyToken();
        asset.Property(a => a.Publication).HasConversion(
            publication => JsonSerializer.Serialize(publication, JsonSerializerOptions.Web),
            json => JsonSerializer.Deserialize<Publication>(json, JsonSerializerOptions.Web)!);
        asset.Property(a => a.Superseded).HasConversion(
            superseded => JsonSerializer.Serialize(superseded, JsonSerializerOptions.Web),
            json => JsonSerializer.Deserialize<SupersededVariants>(json, JsonSerializerOptions.Web)!);

        // The list is only ever replaced as a whole.
        asset.Property(a => a.FormerKeys).HasConversion(
            keys => JsonSerializer.Serialize(keys, JsonSerializerOptions.Web),
            json => JsonSerializer.Deserialize<IReadOnlyList<string>>(json, JsonSerializerOptions.Web)!,
            ValueComparer.CreateDefault<IReadOnlyList<string>>(favorStructuralComparisons: false));

        asset.HasIndex(a => new { a.TenantId, a.OwnerId, a.Id });
        asset.HasIndex(a => new { a.TenantId, a.OwnerId, a.Status, a.Id });
        asset.HasIndex(a => a.IncomingKey);
        asset.HasIndex(a => new { a.BatchId, a.BatchIndex }).HasFilter("\"BatchId\" IS NOT NULL");

        // Covers the search for similar pictures, so that it reads no rows.
        asset.HasIndex(a => new { a.TenantId, a.OwnerId, a.PerceptualHash, a.Id }).HasFilter("\"PerceptualHash\" IS NOT NULL");

        // One narrow index for each sweep: it holds a row only while the sweep may need it. The owner comes first where owners take turns.
        asset.HasIndex(a => new { a.TenantId, a.OwnerId, a.DispatchAt }, "IX_assets_due_awaited").HasFilter("\"DispatchAt\" IS NOT NULL AND \"IsAwaited\"");
        asset.HasIndex(a => new { a.TenantId, a.OwnerId, a.DispatchAt }, "IX_assets_due_other").HasFilter("\"DispatchAt\" IS NOT NULL AND NOT \"IsAwaited\"");
        asset.HasIndex(a => new { a.TenantId, a.OwnerId, a.IsAwaited, a.DispatchAt }, "IX_assets_in_flight").HasFilter("\"IsInFlight\"");
        asset.HasIndex(a => a.LastHeardAt).HasFilter("\"LastHeardAt\" IS NOT NULL");
        asset.HasIndex(a => a.TidyAt).HasFilter("\"TidyAt\" IS NOT NULL");
        asset.HasIndex(a => a.CreatedAt).HasFilter("\"Status\" = 'Pending'");
        asset.HasIndex(a => a.Id, "IX_assets_auto_confirm").HasFilter("(\"AutoConfirm\" OR \"SizeIsBound\") AND \"Status\" = 'Pending'");
        asset.HasIndex(a => new { a.TenantId, a.FailureCode, a.Id }).HasFilter("\"FailureCode\" IS NOT NULL");
        // For rescans: assets that were not scanned for long, and those that were scanned with older signatures.
        asset.HasIndex(a => new { a.TenantId, a.ScannedAt }).HasFilter("\"Status\" = 'Ready'");
        asset.HasIndex(a => new { a.TenantId, a.ScannedWith, a.Id }).HasFilter("\"Status\" = 'Ready'");

        asset.HasIndex(a => new { a.TenantId, a.Status, a.Id });

        // Covers the groups of failures, so that they read no rows.
        asset.HasIndex(a => new { a.TenantId, a.FailureCode, a.FailureEngine, a.Id, a.UpdatedAt }, "IX_assets_failed")
            .HasFilter("\"FailureCode\" IS NOT NULL AND \"Work\" = 'Idle' AND \"Status\" IN ('Failed', 'Ready')");
        asset.HasIndex(a => a.DeleteAt).HasFilter("\"DeleteAt\" IS NOT NULL");
        Manifests.ManifestColumns.Configure(asset);

        asset.Ignore(a => a.NewEvents);
        asset.Ignore(a => a.FocalPoint);
        asset.Ignore(a => a.IsPrivate);
        asset.Ignore(a => a.IsMisplaced);
        asset.Ignore(a => a.ExposedKeys);
    }

    private static void ConfigureEvent(EntityTypeBuilder<AssetEvent> line)
    {
        // No foreign key to the asset: each event would lock the asset's row once more, and no asset row is ever deleted.
        line.ToTable("asset_events");
        line.HasKey(e => new { e.AssetId, e.Sequence, e.At });
        line.Property(e => e.TenantId).HasMaxLength(Caller.MaxTenantLength);
        line.Property(e => e.OwnerId).HasMaxLength(128);
        line.Property(e => e.Kind).HasConversion(kind => AssetEvent.Word(kind), word => AssetEvent.KindOf(word)).HasMaxLength(32);
        line.HasIndex(e => e.At, "IX_asset_events_new").HasFilter("\"Position\" IS NULL");
        line.HasIndex(e => e.Position).HasFilter("\"Position\" > 0");
        line.HasIndex(e => new { e.TenantId, e.OwnerId, e.Position }).HasFilter("\"Position\" > 0");
    }

    private static void ConfigureBatch(EntityTypeBuilder<Batch> batch)
    {
        batch.ToTable("batches");
        batch.HasKey(b => b.Id);
        batch.Property(b => b.Id).ValueGeneratedNever();
        batch.Property(b => b.TenantId).HasMaxLength(Caller.MaxTenantLength);
        batch.Property(b => b.OwnerId).HasMaxLength(128);
        batch.Property(b => b.Outcome).HasConversion<string>().HasMaxLength(16);
    }
}
