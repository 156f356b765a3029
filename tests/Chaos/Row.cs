using System.Text.Json;

namespace Pipeline.Chaos;

/// <summary>The columns of an asset that the audit checks.</summary>
/// <param name="IsPending">Its request is due to be published.</param>
/// <param name="IsPersonal">It still holds data of its owner's file. The key of the upload stays, and must not contain the file's name.</param>
/// <param name="Dispatched">Number of published requests.</param>
/// <param name="Scanned">Number of scans.</param>
internal sealed record Row(
    Guid Id, string Status, string Work, bool IsPending, string IncomingKey, Published? Published, bool IsPersonal, long Dispatched, long Scanned)
{
    private static readonly string[] Terminal = ["Ready", "Rejected", "Failed", "Expired", "Deleted"];

    /// <summary>A SQL condition for unfinished rows.</summary>
    public const string Undone = """ "Status" IN ('Pending', 'Queued', 'Processing') OR "Work" <> 'Idle' """;

    public bool IsDone => Terminal.Contains(Status) && Work == "Idle" && !IsPending;
}

/// <summary>The objects that a row has published.</summary>
internal sealed record Published(StoredFile Original, IReadOnlyList<StoredVariant> Variants)
{
    public static Published Parse(string json) => JsonSerializer.Deserialize<Published>(json, JsonSerializerOptions.Web)!;
}

internal sealed record StoredFile(string Key, string Sha256);

internal sealed record StoredVariant(string Name, string Format, string Key, string Sha256);
