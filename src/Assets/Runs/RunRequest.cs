using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;

namespace Pipeline.Assets.Runs;

/// <summary>A run as an operator requests it.</summary>
/// <param name="Kind">One of <see cref="RunKind.All"/>.</param>
/// <param name="Filter">Which assets; a walk looks at all.</param>
/// <param name="Pace">How fast.</param>
/// <param name="Reason">Why.</param>
/// <param name="KeepHours">How long the run can be rolled back after its end.</param>
/// <param name="Settings">The settings of a walk as JSON.</param>
/// <param name="Deletes">Whether the run deletes something, although its kind does not always.</param>
public sealed record RunRequest(string Kind, RunFilter Filter, RunPaceChange Pace, string? Reason, int? KeepHours = null, string? Settings = null, bool Deletes = false);

/// <summary>Checks a request: each unknown word is answered with the known ones.</summary>
public sealed class RunRequestCheck(AssetDbContext db)
{
    /// <summary>All codes that an asset can carry.</summary>
    public static IReadOnlyList<string> Codes { get; } = [.. Constants(typeof(FailureCode)), .. Constants(typeof(RejectionCode))];

    public static IReadOnlyList<string> Statuses { get; } = [.. Enum.GetValues<AssetStatus>().Select(AssetView.Word)];

    /// <summary>The errors by field; empty if the request is right.</summary>
    public async Task<IReadOnlyDictionary<string, string[]>> ErrorsAsync(RunRequest request, CancellationToken cancellationToken)
    {
        var (filter, errors) = (request.Filter, new Dictionary<string, string[]>(StringComparer.Ordinal));
        if (!RunKind.All.Contains(request.Kind)) errors["kind"] = [$"must be one of {string.Join(", ", RunKind.All)}"];
        if (RunKind.IsWalk(request.Kind) && filter.HasCondition) errors["filter"] = ["cannot have a condition, because this kind of run looks at all"];
        if (filter.Status is { } status && !Statuses.Contains(status)) errors["filter.status"] = [$"must be one of {string.Join(", ", Statuses)}"];
        if (filter.Code is { } code && !Codes.Contains(code)) errors["filter.code"] = [$"must be one of {string.Join(", ", Codes)}"];
        if (filter.Stale is { } stale && !RunFilter.StaleValues.Contains(stale)) errors["filter.stale"] = [$"must be one of {string.Join(", ", RunFilter.StaleValues)}"];
        if (filter.SignaturesBefore is < 1) errors["filter.signaturesBefore"] = ["must be the number of signatures, 1 or larger"];
        if (filter.Engine is { Length: > 256 }) errors["filter.engine"] = ["must have at most 256 characters"];
        if (filter.OwnerId is { Length: 0 or > 128 }) errors["filter.ownerId"] = ["must have 1 to 128 characters"];
        if (filter is { CreatedFrom: { } from, CreatedTo: { } to } && from >= to) errors["filter.createdTo"] = ["must be after createdFrom"];
        if (filter.Ids is { Count: 0 or > RunFilter.MaxIds }) errors["filter.ids"] = [$"must be 1 to {RunFilter.MaxIds:N0} ids; plan more in several runs"];
        if (filter.Profile is { } profile && await UnknownAsync(profile, cancellationToken) is { } known) errors["filter.profile"] = [known];
        foreach (var (field, error) in request.Pace.Errors()) errors[field] = [error];
        if (request.KeepHours is < 0 or > RunsOptions.MaxKeepReplacedHours) errors["keepHours"] = [$"must be 0 to {RunsOptions.MaxKeepReplacedHours}"];
        if (ReasonError(request.Reason) is { } wrong) errors["reason"] = [wrong];
        else if ((request.Deletes || RunKind.Deletes(request.Kind)) && string.IsNullOrWhiteSpace(request.Reason)) errors["reason"] = ["is required, because this run deletes"];
        return errors;
    }

    /// <returns>Null if the reason is fine or left out.</returns>
    public static string? ReasonError(string? reason) =>
        reason is null || (reason.Length is > 0 and <= AuditLine.MaxReason && !reason.Any(char.IsControl)) ? null : $"must have 1 to {AuditLine.MaxReason} characters and no line breaks";

    // A profile that no worker has announced may still be that of assets: workers are down, or it was removed.
    private async Task<string?> UnknownAsync(string profile, CancellationToken cancellationToken)
    {
        var known = await db.Profiles.AsNoTracking().OrderBy(p => p.Name).Select(p => p.Name).ToListAsync(cancellationToken);
        if (known.Contains(profile) || await db.Assets.AnyAsync(a => a.Profile == profile, cancellationToken)) return null;
        return known.Count > 0 ? $"must be one of {string.Join(", ", known)}" : "is the profile of no asset, and no worker has announced its profiles yet";
    }

    private static IEnumerable<string> Constants(Type codes) => codes.GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!);
}
