using Pipeline.Assets.Moves;
using Pipeline.Assets.Runs;
using Pipeline.Storage;

namespace Pipeline.UploadApi.Runs;

/// <summary>Checks the fields that only runs of the kind migrate have.</summary>
internal sealed class MoveRequestCheck(StorageAreas areas)
{
    public static string SettingsOf(PlanRunRequest body) => new MoveSettings(body.Area ?? "", TargetOf(body.To) ?? "", body.Compare == true, body.DeleteExtra == true).ToJson();

    /// <summary>Names of targets have no upper and lower case.</summary>
    public static string? TargetOf(string? name) => name?.ToLowerInvariant();

    /// <summary>The errors by field; empty if the request is right.</summary>
    public IReadOnlyDictionary<string, string[]> Errors(PlanRunRequest body)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (body.Kind != RunKind.Migrate)
        {
            foreach (var (field, given) in new[] { ("area", body.Area is not null), ("to", body.To is not null), ("compare", body.Compare is not null), ("deleteExtra", body.DeleteExtra is not null) })
                if (given) errors[field] = ["belongs to runs of the kind migrate"];
            return errors;
        }

        Check(body.Area, body.To, errors);
        if (body is { Compare: true, DeleteExtra: true }) errors["deleteExtra"] = ["cannot stand beside compare, which changes nothing"];
        return errors;
    }

    public void Check(string? area, string? to, Dictionary<string, string[]> errors)
    {
        if (AreaError(area) is { } wrong) errors["area"] = [wrong];
        if (TargetOf(to) is not { } name || !areas.TargetNames.Contains(name))
            errors["to"] = [areas.TargetNames.Count > 0 ? $"must be one of {string.Join(", ", areas.TargetNames)}" : "must be a target, but this server has none: set Storage:Targets:NAME"];
    }

    private static string? AreaError(string? area) => area switch
    {
        _ when AreaReader.Names.Contains(area) => null,
        "incoming" => "cannot be incoming, to which clients write: see docs/runs.md, Migrate",
        _ => $"must be one of {string.Join(", ", AreaReader.Names)}",
    };
}
