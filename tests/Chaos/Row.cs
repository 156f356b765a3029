using System.Text.Json;

namespace Pipeline.Chaos;

/// <summary>What an audit wants to know of an asset.</summary>
/// <param name="IsPending">Its request is still to be given to the bus.</param>
/// <param name="IsPersonal">Something of its owner's file is still in it. The key of the upload stays, and must not hold the file's name.</param>
/// <param name="Dispatched">How often its requests were given to the bus.</param>
/// <param name="Scanned">How often a scanner has looked at it.</param>
internal sealed record Row(
    Guid Id, string Status, string Work, bool IsPending, string IncomingKey, Published? Published, bool IsPersonal, long Dispatched, long Scanned)
{
    private static readonly string[] Terminal = ["Ready", "Rejected", "Failed", "Expired", "Deleted"];

    /// <summary>For a query: what is not at its end.</summary>
    public const string Undone = """ "Status" IN ('Pending', 'Queued', 'Processing') OR "Work" <> 'Idle' """;

    public bool IsDone => Terminal.Contains(Status) && Work == "Idle" && !IsPending;
}

/// <summary>The objects that a row says it has published.</summary>
internal sealed record Published(StoredFile Original, IReadOnlyList<StoredVariant> Variants)
{
    public static Published Parse(string json) => JsonSerializer.Deserialize<Published>(json, JsonSerializerOptions.Web)!;
}

internal sealed record StoredFile(string Key, string Sha256);

internal sealed record StoredVariant(string Name, string Format, string Key, string Sha256);
