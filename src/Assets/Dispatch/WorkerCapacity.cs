using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Diagnosis;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;

namespace Pipeline.Assets.Dispatch;

/// <summary>Computes the share of one owner from the concurrency that the workers announce each minute.</summary>
public sealed class WorkerCapacity(AssetDbContext db, IOptions<DispatchOptions> options, TimeProvider time)
{
    // The highest concurrency that a worker's options allow.
    private const int MostPlaces = 256;

    /// <summary>A worker that missed two announcements counts as gone.</summary>
    internal static readonly TimeSpan Heard = TimeSpan.FromMinutes(3);

    // The share if no worker has announced itself; a worker runs at least one request at once.
    private static readonly Share Unknown = new(2, 1);

    /// <summary>Stores or removes a worker.</summary>
    public async Task HearAsync(ProfilesAnnounced news, CancellationToken cancellationToken)
    {
        if (news.Instance is not { } id) return;
        var now = time.GetUtcNow();
        var gone = now - Heard;
        await db.Workers.Where(w => w.HeardAt < gone || (news.IsLeaving && w.Id == id)).ExecuteDeleteAsync(cancellationToken);
        if (!news.IsLeaving) await WriteAsync(id, Places(news.Concurrency), Places(news.ReprocessConcurrency), news, now, cancellationToken);
    }

    /// <summary>Most requests of one owner in flight.</summary>
    public async Task<Share> ShareAsync(CancellationToken cancellationToken)
    {
        if (options.Value.InWorkPerOwner is { } told) return new Share(told, told);
        var gone = time.GetUtcNow() - Heard;
        var workers = await db.Workers.AsNoTracking().Where(w => w.HeardAt >= gone).ToListAsync(cancellationToken);
        return workers.Count == 0
            ? Unknown
            : new Share(Math.Max(1, workers.Sum(w => w.Concurrency - 1)), Math.Max(1, workers.Sum(w => w.ReprocessConcurrency - 1)));
    }

    // One statement, because instances may read several announcements of one worker at once.
    private async Task WriteAsync(Guid id, int uploads, int reprocessings, ProfilesAnnounced news, DateTimeOffset now, CancellationToken cancellationToken) =>
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO workers ("Id", "Name", "Engine", "Concurrency", "ReprocessConcurrency", "Findings", "Scanner", "HeardAt")
            VALUES ({id}, {news.Worker}, {news.Engine}, {uploads}, {reprocessings}, {AnnouncedFindings.Write(news.Findings)}, {news.Scanner}, {db.Stored(now)})
            ON CONFLICT ("Id") DO UPDATE SET
                "Name" = excluded."Name", "Engine" = excluded."Engine", "Concurrency" = excluded."Concurrency", "ReprocessConcurrency" = excluded."ReprocessConcurrency",
                "Findings" = excluded."Findings", "Scanner" = excluded."Scanner", "HeardAt" = excluded."HeardAt"
            """, cancellationToken);

    private static int Places(int told) => Math.Clamp(told, 1, MostPlaces);
}

/// <summary>Most requests of one owner in flight, for uploads and for reprocessings.</summary>
public sealed record Share(int Uploads, int Reprocessings);

/// <summary>A worker that announced itself recently.</summary>
public sealed class AnnouncedWorker
{
    /// <summary>Id of the worker process.</summary>
    public required Guid Id { get; init; }

    /// <summary>Name and version; null until it has announced itself to this version.</summary>
    public string? Name { get; set; }

    /// <summary>Name and version of its imaging engine; null like the name.</summary>
    public string? Engine { get; set; }

    /// <summary>Uploads that it processes at once.</summary>
    public required int Concurrency { get; set; }

    /// <summary>Reprocessings that it processes at once.</summary>
    public required int ReprocessConcurrency { get; set; }

    /// <summary>What it found when it checked itself, as JSON; null if it announced nothing.</summary>
    public string? Findings { get; set; }

    /// <summary>Name and version of its scanner and its signatures; null if it announced none.</summary>
    public string? Scanner { get; set; }

    /// <summary>Time of the last announcement by the API's clock, because a worker's clock may be wrong.</summary>
    public required DateTimeOffset HeardAt { get; set; }

    internal static void Configure(EntityTypeBuilder<AnnouncedWorker> worker)
    {
        worker.ToTable("workers");
        worker.HasKey(w => w.Id);
        worker.Property(w => w.Id).ValueGeneratedNever();
        worker.Property(w => w.Name).HasMaxLength(256);
        worker.Property(w => w.Engine).HasMaxLength(256);
    }
}
