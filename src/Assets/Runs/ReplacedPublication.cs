using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Runs;

/// <summary>
/// What an asset showed before a run replaced it. While the row is there, cleanup keeps the objects, so that the run can be rolled back. It goes
/// with a rollback, some time after the end of the run, and as soon as the owner deletes the asset or changes who sees it.
/// </summary>
public sealed class ReplacedPublication
{
    // The stored format: fields are only ever added.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public required Guid AssetId { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>The revision that replaced it. If the asset shows another one by now, it has moved on.</summary>
    public required int ReplacedBy { get; init; }

    /// <summary>The <see cref="Publication"/> as JSON.</summary>
    public required string Publication { get; init; }

    /// <summary>See <see cref="Asset.PerceptualHash"/>.</summary>
    public string? PerceptualHash { get; init; }

    /// <summary>When it was published.</summary>
    public required DateTimeOffset ReadyAt { get; init; }

    public static string ToJson(Publication publication) => JsonSerializer.Serialize(publication, Json);

    /// <summary>Null if someone edited it so that it cannot be read.</summary>
    public Publication? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<Publication>(Publication, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static void Configure(EntityTypeBuilder<ReplacedPublication> replaced)
    {
        // The asset comes first, because each cleanup looks for those of its asset.
        replaced.ToTable("replaced_publications");
        replaced.HasKey(r => new { r.AssetId, r.RunId });
        replaced.Property(r => r.PerceptualHash).HasMaxLength(Hex64.Length);
        replaced.HasIndex(r => new { r.RunId, r.AssetId });
    }
}
