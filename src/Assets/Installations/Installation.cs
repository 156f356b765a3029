using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Installations;

/// <summary>
/// The id of this installation: one row. Each area of the store holds an object with the same id, so that a table never judges the objects of another
/// installation.
/// </summary>
public sealed class Installation
{
    /// <summary>The only row.</summary>
    public const int Row = 1;

    public required int Id { get; init; }

    /// <summary>A random id.</summary>
    public required Guid InstallationId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    internal static void Configure(EntityTypeBuilder<Installation> installation)
    {
        installation.ToTable("installation");
        installation.HasKey(i => i.Id);
        installation.Property(i => i.Id).ValueGeneratedNever();
    }
}
