using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Pipeline.Assets.Rescans;

namespace Pipeline.Assets.Runs;

/// <summary>The tables of runs.</summary>
internal static class RunTables
{
    private const int MaxWord = 32;

    public static void Configure(ModelBuilder model)
    {
        model.Entity<Run>(Configure);
        model.Entity<RunItem>(Configure);
        model.Entity<RunCount>(Configure);
        model.Entity<Walks.RunFinding>(Walks.RunFinding.Configure);
        model.Entity<ReplacedPublication>(ReplacedPublication.Configure);
        model.Entity<RunChoice>(RunChoice.Configure);
        model.Entity<RescanDay>(RescanDay.Configure);
    }

    private static void Configure(EntityTypeBuilder<Run> run)
    {
        run.ToTable("runs");
        run.HasKey(r => r.Id);
        run.Property(r => r.Id).ValueGeneratedNever();
        run.Property(r => r.TenantId).HasMaxLength(Caller.MaxTenantLength);
        run.Property(r => r.Kind).HasMaxLength(MaxWord);
        run.Property(r => r.State).HasMaxLength(MaxWord);
        run.Property(r => r.ActiveKind).HasMaxLength(MaxWord);
        run.Property(r => r.PlannedBy).HasMaxLength(128);
        run.Property(r => r.AppliedBy).HasMaxLength(128);
        run.Property(r => r.Reason).HasMaxLength(Audit.AuditLine.MaxReason);
        run.Property(r => r.Because).HasMaxLength(Run.MaxBecause);
        run.Property(r => r.Position).HasMaxLength(Run.MaxPosition);
        run.Property(r => r.WaitingFor).HasMaxLength(MaxWord);
        run.HasIndex(r => new { r.TenantId, r.Id });
        run.HasIndex(r => new { r.TenantId, r.ActiveKind }).IsUnique().HasFilter("\"ActiveKind\" IS NOT NULL");
        run.HasIndex(r => new { r.TenantId, r.Signatures }).IsUnique().HasFilter("\"Signatures\" IS NOT NULL");
        run.HasIndex(r => new { r.State, r.Id });

        // Those whose replaced publications the upkeep has yet to delete.
        run.HasIndex(r => r.ReplacedUntil).HasFilter("\"ReplacedUntil\" IS NOT NULL");
    }

    private static void Configure(EntityTypeBuilder<RunItem> item)
    {
        // The asset comes first, because each outcome looks for the runs of its asset.
        item.ToTable("run_items");
        item.HasKey(i => new { i.AssetId, i.RunId });
        item.Property(i => i.Outcome).HasMaxLength(MaxWord);
        item.Property(i => i.Code).HasMaxLength(MaxWord);
        item.HasIndex(i => new { i.RunId, i.AssetId });
        item.HasIndex(i => i.RunId, "IX_run_items_in_flight").HasFilter("\"Outcome\" IS NULL");
        item.HasIndex(i => i.RunId, "IX_run_items_held").HasFilter("\"Outcome\" = 'held'");
        item.HasIndex(i => i.DispatchAt).HasFilter("\"DispatchAt\" IS NOT NULL");
    }

    private static void Configure(EntityTypeBuilder<RunCount> count)
    {
        count.ToTable("run_counts");
        count.HasKey(c => new { c.RunId, c.Minute, c.Result, c.Code });
        count.Property(c => c.Result).HasMaxLength(MaxWord);
        count.Property(c => c.Code).HasMaxLength(MaxWord);
    }
}
