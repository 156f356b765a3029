using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Profiles;

/// <summary>The settings behind a fingerprint that a worker has announced. Kept, because assets refer to old fingerprints.</summary>
public sealed class ProfileFingerprint
{
    /// <summary>Hash of settings and engine.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Hash of the settings alone.</summary>
    public required string Settings { get; init; }

    /// <summary>The variants of the profile, as <see cref="ProfileVariants"/> stores them; null if no worker has announced them.</summary>
    public string? Variants { get; init; }

    internal static void Configure(EntityTypeBuilder<ProfileFingerprint> fingerprint)
    {
        fingerprint.ToTable("profile_fingerprints");
        fingerprint.HasKey(p => p.Fingerprint);
        fingerprint.Property(p => p.Fingerprint).HasMaxLength(Hex64.Length);
        fingerprint.Property(p => p.Settings).HasMaxLength(Hex64.Length);
    }
}
