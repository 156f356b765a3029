using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Assets.Profiles;

namespace Pipeline.Assets.Persistence;

/// <summary>The asset database. The composition root picks the provider; each provider has its own migrations.</summary>
public class AssetDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Asset> Assets => Set<Asset>();

    public DbSet<AssetEvent> Events => Set<AssetEvent>();

    public DbSet<EventCounter> EventCounters => Set<EventCounter>();

    public DbSet<CurrentProfile> Profiles => Set<CurrentProfile>();

    public DbSet<AnnouncedWorker> Workers => Set<AnnouncedWorker>();

    /// <summary>Checks whether the database accepts writes, by the smallest write if the provider supports it; null if it does.</summary>
    /// <returns>A reason that anyone may read, and the database's own error for the log.</returns>
    public virtual async Task<(string Reason, string? Detail)?> WhyNoWritesAsync(CancellationToken cancellationToken) =>
        await Database.CanConnectAsync(cancellationToken) ? null : ("the database does not answer", null);

    /// <inheritdoc />
    /// <remarks>Saves the events of the changed assets with them. The version of a row is the number of its last event.</remarks>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        foreach (var entry in ChangeTracker.Entries<Asset>().Where(e => e.State is EntityState.Added or EntityState.Modified).ToList())
        {
            var events = entry.Entity.TakeEvents();
            Events.AddRange(events);
            entry.Property(a => a.Version).CurrentValue += Math.Max(events.Count, 1);
        }

        try
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is DbException fault && IsDuplicateKey(fault) && e.Entries.All(entry => entry.Entity is AssetEvent))
        {
            // Another writer made this version of the row at the very same time, and EF Core sends the event before the row.
            throw new DbUpdateConcurrencyException("The row has changed since it was read.", e);
        }
    }

    /// <summary>Whether the statement failed because a row with this key exists.</summary>
    protected virtual bool IsDuplicateKey(DbException exception) => false;

    /// <summary>
    /// Makes other callers with the same owner wait until the transaction ends. Does nothing for a provider whose write transactions run
    /// one after another from their beginning.
    /// </summary>
    public virtual Task LockOwnerAsync(string tenantId, string ownerId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Asset>(ConfigureAsset);
        modelBuilder.Entity<AssetEvent>(ConfigureEvent);
        modelBuilder.Entity<EventCounter>(ConfigureCounter);
        modelBuilder.Entity<CurrentProfile>(ConfigureProfile);
        modelBuilder.Entity<AnnouncedWorker>(ConfigureWorker);
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
        asset.Property(a => a.FileName).HasMaxLength(255);
        asset.Property(a => a.ClaimedType).HasMaxLength(64);
        asset.Property(a => a.Sha256).HasMaxLength(64);
        asset.Property(a => a.Profile).HasMaxLength(32);
        asset.Property(a => a.ProfileFingerprint).HasMaxLength(Hex64.Length);
        asset.Property(a => a.PerceptualHash).HasMaxLength(Hex64.Length);
        asset.Property(a => a.IncomingKey).HasMaxLength(900);
        asset.Property(a => a.IncomingETag).HasMaxLength(128);
        asset.Property(a => a.RejectionCode).HasMaxLength(32);
        asset.Property(a => a.FailureCode).HasMaxLength(32);
        asset.Property(a => a.Version).IsConcurrencyToken();
        asset.Property(a => a.Publication).HasConversion(
            publication => JsonSerializer.Serialize(publication, JsonSerializerOptions.Web),
            json => JsonSerializer.Deserialize<Publication>(json, JsonSerializerOptions.Web)!);
        asset.Property(a => a.Superseded).HasConversion(
            superseded => JsonSerializer.Serialize(superseded, JsonSerializerOptions.Web),
            json => JsonSerializer.Deserialize<SupersededVariants>(json, JsonSerializerOptions.Web)!);

        asset.HasIndex(a => new { a.TenantId, a.OwnerId, a.Id });
        asset.HasIndex(a => new { a.TenantId, a.OwnerId, a.Status, a.Id });
        asset.HasIndex(a => a.IncomingKey);

        // Covers the search for similar pictures, so that it reads no rows.
        asset.HasIndex(a => new { a.TenantId, a.OwnerId, a.PerceptualHash, a.Id }).HasFilter("\"PerceptualHash\" IS NOT NULL");

        // One narrow index for each sweep: it holds a row only while the sweep may need it. The owner comes first where owners take turns.
        asset.HasIndex(a => new { a.TenantId, a.OwnerId, a.DispatchAt }, "IX_assets_due_awaited").HasFilter("\"DispatchAt\" IS NOT NULL AND \"IsAwaited\"");
        asset.HasIndex(a => new { a.TenantId, a.OwnerId, a.DispatchAt }, "IX_assets_due_other").HasFilter("\"DispatchAt\" IS NOT NULL AND NOT \"IsAwaited\"");
        asset.HasIndex(a => new { a.TenantId, a.OwnerId, a.IsAwaited, a.DispatchAt }, "IX_assets_in_flight").HasFilter("\"IsInFlight\"");
        asset.HasIndex(a => a.LastHeardAt).HasFilter("\"LastHeardAt\" IS NOT NULL");
        asset.HasIndex(a => a.TidyAt).HasFilter("\"TidyAt\" IS NOT NULL");
        asset.HasIndex(a => a.CreatedAt).HasFilter("\"Status\" = 'Pending'");

        asset.Ignore(a => a.NewEvents);
        asset.Ignore(a => a.FocalPoint);
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

    private static void ConfigureCounter(EntityTypeBuilder<EventCounter> counter)
    {
        counter.ToTable("event_counter");
        counter.HasKey(c => c.Id);
        counter.Property(c => c.Id).ValueGeneratedNever();
        counter.HasData(new EventCounter { Id = 1, Last = 0 });
    }

    private static void ConfigureProfile(EntityTypeBuilder<CurrentProfile> profile)
    {
        profile.ToTable("profiles");
        profile.HasKey(p => p.Name);
        profile.Property(p => p.Name).HasMaxLength(CurrentProfile.MaxName);
        profile.Property(p => p.Fingerprint).HasMaxLength(Hex64.Length);
        profile.Property(p => p.Engine).HasMaxLength(CurrentProfile.MaxEngine);
    }

    private static void ConfigureWorker(EntityTypeBuilder<AnnouncedWorker> worker)
    {
        worker.ToTable("workers");
        worker.HasKey(w => w.Id);
        worker.Property(w => w.Id).ValueGeneratedNever();
    }
}
