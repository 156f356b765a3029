using System.Text.Json;

namespace Pipeline.Assets.Reconciliation;

/// <summary>What a run of the kind reconcile does; the row of the run keeps it as JSON.</summary>
/// <param name="Delete">true: deletes the orphans that <see cref="Runs.Run.Source"/> has found.</param>
/// <param name="MaxDelete">Most orphans to delete; null for the default.</param>
/// <param name="Listing">true: the objects come from a listing that the client sends, not from the store.</param>
public sealed record ReconcileSettings(bool Delete = false, int? MaxDelete = null, bool Listing = false)
{
    /// <summary>Most that a client can allow.</summary>
    public const int MostDelete = 100_000;

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static ReconcileSettings Read(string? json) => json is null ? new ReconcileSettings() : JsonSerializer.Deserialize<ReconcileSettings>(json, JsonSerializerOptions.Web) ?? new ReconcileSettings();
}
