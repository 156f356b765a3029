using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Pipeline.Storage;

namespace Pipeline.Assets.Purging;

/// <summary>A public object that was deleted or is about to be, and that caches may still hold.</summary>
public sealed class PendingPurge
{
    /// <summary>The key in the public area. Not the URL, because the public host may change.</summary>
    public required string Key { get; init; }

    /// <summary>When it is to be purged; also the end of the lease while an instance does so.</summary>
    public required DateTimeOffset DueAt { get; set; }

    /// <summary>When it was first requested.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How often the cache refused it.</summary>
    public int Attempts { get; set; }

    internal static void Configure(EntityTypeBuilder<PendingPurge> purge)
    {
        purge.ToTable("cache_purges");
        purge.HasKey(p => p.Key);
        purge.Property(p => p.Key).HasMaxLength(ObjectKey.MaxLength);
        purge.HasIndex(p => p.DueAt);
    }
}
