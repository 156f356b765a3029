using System.Text.Json;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;

namespace Pipeline.Assets.Rescans;

/// <summary>The assets that rescans have in work or hold back.</summary>
internal static class RescanItems
{
    /// <summary>The <see cref="RunItem.Revision"/> of a rescan: it makes no revision, so no outcome of one ends it.</summary>
    public const int NoRevision = 0;

    public static IQueryable<RunItem> InWork(AssetDbContext db) => db.RunItems.Where(i => i.Outcome == null && i.Revision == NoRevision);

    public static IQueryable<RunItem> InWork(AssetDbContext db, Guid run, Guid asset) => InWork(db).Where(i => i.RunId == run && i.AssetId == asset);

    public static IQueryable<RunItem> Held(AssetDbContext db, Guid run) => db.RunItems.Where(i => i.RunId == run && i.Outcome == RunResult.Held);
}

/// <summary>What a rescan found. Stored as JSON: fields are only ever added.</summary>
/// <param name="Signature">The scanner's name for the malware.</param>
/// <param name="Scanner">Name and version of the scanner and its signatures.</param>
public sealed record RescanFinding(string Signature, string Scanner)
{
    internal string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <summary>Null for none, or if someone edited it so that it cannot be read.</summary>
    public static RescanFinding? Read(string? json)
    {
        if (json is null) return null;
        try
        {
            return JsonSerializer.Deserialize<RescanFinding>(json, JsonSerializerOptions.Web) is { Signature: not null, Scanner: not null } finding ? finding : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
