using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Pipeline.Assets.Costs;
using Pipeline.Assets.Events;
using Pipeline.Assets.Installations;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Moves;
using Pipeline.Assets.Overview;
using Pipeline.Assets.Rescans;

namespace Pipeline.Assets.Persistence;

/// <summary>The tables of jobs, of counted requests, of the installation, of the moves of areas, of the bytes of rescans, of the overview and of the places in the feed.</summary>
public partial class AssetDbContext
{
    public DbSet<JobRecord> Jobs => Set<JobRecord>();

    public DbSet<Installation> Installations => Set<Installation>();

    public DbSet<AreaMove> AreaMoves => Set<AreaMove>();

    public DbSet<RequestCount> RequestCounts => Set<RequestCount>();

    public DbSet<RescanDay> RescanDays => Set<RescanDay>();

    public DbSet<ActivityCount> ActivityCounts => Set<ActivityCount>();

    public DbSet<ActivityMark> ActivityMarks => Set<ActivityMark>();

    /// <summary>Assets that this context has saved.</summary>
    public long SavedAssets { get; private set; }

    /// <summary>Lets the scheduler fire a trigger again that it has held since before this time. Does nothing for a scheduler in memory.</summary>
    protected internal virtual Task FreeTriggerAsync(string name, DateTimeOffset heldSince, CancellationToken cancellationToken) => Task.CompletedTask;

    private static void ConfigureJobs(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<JobRecord>(JobRecord.Configure);
        modelBuilder.Entity<Installation>(Installation.Configure);
        modelBuilder.Entity<AreaMove>(AreaMove.Configure);
        modelBuilder.Entity<RequestCount>(RequestCount.Configure);
        modelBuilder.Entity<ActivityCount>(ActivityCount.Configure);
        modelBuilder.Entity<ActivityMark>(ActivityMark.Configure);
    }

    private static void ConfigureReader(EntityTypeBuilder<FeedReader> reader)
    {
        reader.ToTable("feed_readers");
        reader.HasKey(r => r.Name);
        reader.Property(r => r.Name).HasMaxLength(32);
        reader.HasData(FeedReader.Names.Select(name => new FeedReader { Name = name }));
    }

    private static void ConfigureCounter(EntityTypeBuilder<EventCounter> counter)
    {
        counter.ToTable("event_counter");
        counter.HasKey(c => c.Id);
        counter.Property(c => c.Id).ValueGeneratedNever();
        counter.HasData(new EventCounter { Id = 1, Last = 0 });
    }
}
