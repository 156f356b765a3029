using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Manifests;

/// <summary>The columns of an asset about its manifest.</summary>
internal static class ManifestColumns
{
    public static void Configure(EntityTypeBuilder<Asset> asset)
    {
        asset.Property(a => a.ManifestTag).HasMaxLength(AssetManifest.TagLength);
        asset.Property(a => a.ManifestKeyId).HasMaxLength(ManifestKeys.IdLength);
        asset.HasIndex(a => a.ManifestAt).HasFilter("\"ManifestAt\" IS NOT NULL");
    }
}
