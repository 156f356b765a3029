using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Assets.Runs;

/// <summary>What a run would do. All figures but the number of assets come from a sample of them.</summary>
public sealed record RunPlan
{
    private static readonly JsonSerializerOptions Text = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Assets that the run would process.</summary>
    public required int Assets { get; init; }

    /// <summary>The number of assets is the database's estimate, because the count took too long.</summary>
    public required bool IsEstimate { get; init; }

    /// <summary>Assets that the filter names and the run would leave as they are, by reason.</summary>
    public required IReadOnlyDictionary<string, int> Skipped { get; init; }

    /// <summary>How many assets were read for the other figures.</summary>
    public required int Sampled { get; init; }

    public required long VariantsToRender { get; init; }

    public required long VariantsToKeep { get; init; }

    /// <summary>Bytes of the variants to render, by the present ones; of a rescan those to read.</summary>
    public required long Bytes { get; init; }

    public required RunRequests Requests { get; init; }

    /// <summary>CPU hours of the workers; of a rescan those of the scanner. Null if nothing is known of them.</summary>
    public double? CpuHours { get; init; }

    public required RunCost CostUsd { get; init; }

    /// <summary>Hours at the speed of the last runs, or of the workers that are up; null if no worker is known.</summary>
    public double? Hours { get; init; }

    /// <summary>The fingerprints of the profiles at the plan, by name. A change makes the plan stale.</summary>
    public required IReadOnlyDictionary<string, string> Profiles { get; init; }

    /// <summary>The dearer of the two.</summary>
    [JsonIgnore]
    public double DearestUsd => Math.Max(CostUsd.R2, CostUsd.S3);

    /// <summary>A rollback renders nothing and asks the store for nothing.</summary>
    public static RunPlan OfRollback(int assets) => Plain(assets);

    /// <summary>A plan that renders nothing.</summary>
    public static RunPlan Plain(int assets, bool isEstimate = false) => new()
    {
        Assets = assets,
        IsEstimate = isEstimate,
        Skipped = new Dictionary<string, int>(),
        Sampled = 0,
        VariantsToRender = 0,
        VariantsToKeep = 0,
        Bytes = 0,
        Requests = new RunRequests(0, 0),
        CpuHours = 0,
        CostUsd = new RunCost(0, 0),
        Hours = 0,
        Profiles = new Dictionary<string, string>(),
    };

    public string ToJson() => JsonSerializer.Serialize(this, Text);

    /// <summary>Null if the text is invalid.</summary>
    public static RunPlan? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<RunPlan>(json, Text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Requests to the store, by the class that a provider bills them as.</summary>
/// <param name="ClassA">Writes and listings.</param>
/// <param name="ClassB">Reads.</param>
public sealed record RunRequests(long ClassA, long ClassB);

/// <summary>US dollars by provider.</summary>
public sealed record RunCost(double R2, double S3);
