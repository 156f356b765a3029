using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Jobs;

/// <summary>The last run of a job in any instance, and whether an operator has paused the job.</summary>
public sealed class JobRecord
{
    public const int MaxName = 64;
    public const int MaxInstance = 96;
    public const int MaxFault = 96;
    public const int MaxUser = 128;

    public required string Name { get; init; }

    /// <summary>When the job was first stored; a job that never ran is late from then on.</summary>
    public required DateTimeOffset KnownSince { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The type of the exception that ended the run; null if it succeeded. Messages may hold text of others, so they go to the log only.</summary>
    public string? Fault { get; init; }

    /// <summary>Rows or objects that the run changed.</summary>
    public long Rows { get; init; }

    /// <summary>The process that ran it.</summary>
    public string? Instance { get; init; }

    /// <summary>No instance runs the job while this is set.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>The user who paused it.</summary>
    public string? PausedBy { get; init; }

    internal static void Configure(EntityTypeBuilder<JobRecord> job)
    {
        job.ToTable("jobs");
        job.HasKey(j => j.Name);
        job.Property(j => j.Name).HasMaxLength(MaxName);
        job.Property(j => j.Fault).HasMaxLength(MaxFault);
        job.Property(j => j.Instance).HasMaxLength(MaxInstance);
        job.Property(j => j.PausedBy).HasMaxLength(MaxUser);
    }
}
