using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Assets.Events;

/// <summary>
/// The details of an event, by its kind. These types are the stored format, apart from HTTP and bus: fields are only ever added, and old
/// rows lack the newer ones. Never holds a file name, a signed URL or a token.
/// </summary>
public abstract record EventData
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static readonly IReadOnlyDictionary<AssetEventKind, Type> Types = new Dictionary<AssetEventKind, Type>
    {
        [AssetEventKind.Created] = typeof(CreatedData),
        [AssetEventKind.Started] = typeof(StartedData),
        [AssetEventKind.Scanned] = typeof(ScannedData),
        [AssetEventKind.TypeDiffers] = typeof(TypeDiffersData),
        [AssetEventKind.Ready] = typeof(ReadyData),
        [AssetEventKind.Rejected] = typeof(RejectedData),
        [AssetEventKind.AttemptFailed] = typeof(AttemptFailedData),
        [AssetEventKind.Failed] = typeof(AttemptFailedData),
        [AssetEventKind.FocusSet] = typeof(FocalPointData),
        [AssetEventKind.ReprocessRequested] = typeof(RevisionData),
        [AssetEventKind.RolledBack] = typeof(RevisionData),
        [AssetEventKind.VisibilitySet] = typeof(VisibilityData),
        [AssetEventKind.Moved] = typeof(VisibilityData),
        [AssetEventKind.OriginalShared] = typeof(SharedData),
        [AssetEventKind.Deleted] = typeof(DeletedData),
    };

    /// <summary>A sentence that an earlier version stored in place of the details.</summary>
    public string? Text { get; init; }

    internal string ToJson() => JsonSerializer.Serialize(this, GetType(), Json);

    /// <returns>Null if there are no details, or if someone edited them so that they cannot be read.</returns>
    internal static EventData? Parse(AssetEventKind kind, string? json)
    {
        if (json is null) return null;
        try
        {
            return (EventData?)JsonSerializer.Deserialize(json, Types.GetValueOrDefault(kind, typeof(TextData)), Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>An event that has no details of its own.</summary>
public sealed record TextData : EventData;

/// <param name="Size">The announced length in bytes.</param>
/// <param name="ContentType">The claimed media type.</param>
public sealed record CreatedData(long Size, string ContentType, bool SizeIsBound = false) : EventData;

/// <param name="Worker">Name and version of the worker.</param>
/// <param name="Instance">The worker's process.</param>
public sealed record StartedData(string? Worker, Guid? Instance = null) : EventData;

/// <param name="Scanner">Name and version of the scanner and its signatures.</param>
/// <param name="IsClean">False if the file was rejected, for whatever reason.</param>
public sealed record ScannedData(string Scanner, bool IsClean) : EventData;

/// <param name="Claimed">The media type that the upload claimed.</param>
/// <param name="Found">The media type of the bytes.</param>
public sealed record TypeDiffersData(string Claimed, string Found) : EventData;

/// <param name="Variants">How many variants were published.</param>
/// <param name="Recipe">The recipe of the variants.</param>
/// <param name="Engine">Name and version of the imaging engine.</param>
public sealed record ReadyData(int Variants, string Recipe, string Engine) : EventData;

/// <param name="Code">One of <see cref="Contracts.RejectionCode"/>.</param>
/// <param name="Reason">A sentence for the owner.</param>
public sealed record RejectedData(string Code, string Reason) : EventData;

/// <param name="Code">One of <see cref="Contracts.FailureCode"/>.</param>
/// <param name="Reason">A sentence for the operator.</param>
/// <param name="RetrySeconds">Seconds until the next attempt; null if none follows, or if another revision does.</param>
/// <param name="IsIsolated">The next attempt runs apart from other files.</param>
public sealed record AttemptFailedData(string Code, string Reason, double? RetrySeconds = null, bool IsIsolated = false) : EventData;

/// <param name="X">0 at the left edge, 1 at the right; null if the focal point was unset.</param>
/// <param name="Y">0 at the top edge, 1 at the bottom; null if the focal point was unset.</param>
public sealed record FocalPointData(double? X, double? Y) : EventData;

/// <param name="Requested">The revision that was requested.</param>
/// <param name="After">The revision in flight that it follows; null if it begins at once.</param>
public sealed record RevisionData(int Requested, int? After = null) : EventData;

/// <param name="Visibility">One of <see cref="VisibilityWords"/>.</param>
public sealed record VisibilityData(string Visibility) : EventData;

/// <param name="UserId">Who got the URL: the owner or an admin.</param>
/// <param name="Seconds">How long the URL is valid.</param>
public sealed record SharedData(string UserId, int Seconds) : EventData;

/// <param name="IsTimeOver">The asset was temporary and its time was over; the owner deleted all others.</param>
/// <param name="IsRestored">The asset had been erased, and a restored table had brought it back; null for no.</param>
public sealed record DeletedData(bool IsTimeOver, bool? IsRestored = null) : EventData;
