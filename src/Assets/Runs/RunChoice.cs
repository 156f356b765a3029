using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Runs;

/// <summary>
/// An asset that the filter of a run names by its id, if it names more than fit into <see cref="RunFilter"/>. The rows go some time after the end of the run.
/// </summary>
public sealed class RunChoice
{
    public required Guid RunId { get; init; }

    public required Guid AssetId { get; init; }

    internal static void Configure(EntityTypeBuilder<RunChoice> choice)
    {
        choice.ToTable("run_choices");

        // The run comes first, so that its assets lie in the order in which it takes them.
        choice.HasKey(c => new { c.RunId, c.AssetId });
    }
}
