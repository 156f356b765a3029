using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Profiles;

/// <summary>The current state of a profile, as a worker announced it last.</summary>
public sealed class CurrentProfile
{
    public const int MaxName = 32;
    public const int MaxEngine = 256;

    public required string Name { get; init; }

    /// <summary>Hash of profile and engine.</summary>
    public required string Fingerprint { get; set; }

    /// <summary>Name and version of the imaging engine.</summary>
    public required string Engine { get; set; }

    /// <summary>When the worker sent the announcement.</summary>
    public required DateTimeOffset AnnouncedAt { get; set; }

    internal static void Configure(EntityTypeBuilder<CurrentProfile> profile)
    {
        profile.ToTable("profiles");
        profile.HasKey(p => p.Name);
        profile.Property(p => p.Name).HasMaxLength(MaxName);
        profile.Property(p => p.Fingerprint).HasMaxLength(Hex64.Length);
        profile.Property(p => p.Engine).HasMaxLength(MaxEngine);
    }
}
