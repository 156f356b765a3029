using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Assets.Profiles;

namespace Pipeline.Assets.Runs;

/// <summary>Which assets of the tenant a run is about; a stored filter keeps its meaning by its version. All conditions must hold.</summary>
public sealed record RunFilter
{
    /// <summary>The version of this format.</summary>
    public const int Current = 1;

    /// <summary>The version of a filter with <see cref="IdCount"/>: a server that does not know it must not take the filter for one of all assets.</summary>
    public const int WithChoices = 2;

    /// <summary>Most ids in a request.</summary>
    public const int MaxIds = 200_000;

    /// <summary>Most ids that stand in the filter itself; more are rows of <see cref="RunChoice"/>.</summary>
    public const int MostInline = 5_000;

    /// <summary>The value of <see cref="Stale"/> for any reason.</summary>
    public const string AnyStale = "any";

    /// <summary>The values of <see cref="Stale"/>.</summary>
    public static IReadOnlyList<string> StaleValues { get; } = [AnyStale, .. StaleWords.All];

    private static readonly JsonSerializerOptions Text = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public int Version { get; init; } = Current;

    /// <summary>All assets: allows a filter without a condition.</summary>
    public bool? All { get; init; }

    /// <summary>A status word.</summary>
    public string? Status { get; init; }

    /// <summary>The code of a failure or a rejection.</summary>
    public string? Code { get; init; }

    /// <summary>The engine of the failure; empty for failures that no worker reported.</summary>
    public string? Engine { get; init; }

    /// <summary>The name of a profile.</summary>
    public string? Profile { get; init; }

    /// <summary>The user who owns the assets.</summary>
    public string? OwnerId { get; init; }

    /// <summary>At or after this time.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Before this time.</summary>
    public DateTimeOffset? CreatedTo { get; init; }

    /// <summary>One of <see cref="StaleValues"/>: the workers would make other variants today.</summary>
    public string? Stale { get; init; }

    /// <summary>Not found clean at this time or later.</summary>
    public DateTimeOffset? ScannedBefore { get; init; }

    /// <summary>Not scanned with signatures of this number or a larger one.</summary>
    public int? SignaturesBefore { get; init; }

    /// <summary>These assets only.</summary>
    public IReadOnlyList<Guid>? Ids { get; init; }

    /// <summary>Only so many assets that the run names by id: its rows of <see cref="RunChoice"/>. Null without.</summary>
    public int? IdCount { get; init; }

    /// <summary>Whether a condition is set.</summary>
    [JsonIgnore]
    public bool HasCondition =>
        Status is not null || Code is not null || Profile is not null || OwnerId is not null || CreatedFrom is not null || CreatedTo is not null || Stale is not null || ScannedBefore is not null || SignaturesBefore is not null || Engine is not null || Ids is not null || IdCount is not null;

    /// <summary>The conditions besides the ids.</summary>
    internal RunFilter WithoutIds() => this with { Ids = null, IdCount = null, Version = Current };

    public string ToJson() => JsonSerializer.Serialize(this, Text);

    /// <summary>For the audit: a list of ids as its number.</summary>
    public string ToAuditJson() => Ids is null ? ToJson() : JsonSerializer.Serialize(new { filter = this with { Ids = null }, ids = Ids.Count }, Text);

    /// <summary>Null if the text is invalid or of a newer version.</summary>
    public static RunFilter? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<RunFilter>(json, Text) is { Version: Current or WithChoices } filter ? filter : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
