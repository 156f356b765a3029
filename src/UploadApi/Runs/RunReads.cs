using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets.Rescans;
using Pipeline.Assets.Runs;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Runs;

/// <summary>Reads of runs and failures.</summary>
internal sealed class RunReads(RunReader reader, FailedAssets failed)
{
    private const int DefaultLimit = 50;

    /// <summary>The words of the parameter <c>outcome</c>.</summary>
    public static readonly string[] Outcomes = [RunResult.Failed, RunWait.InFlight, RunResult.Held];

    public async Task<IResult> ListAsync(ClaimsPrincipal user, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        if (!TryPage(cursor, limit, out var before, out var wrong)) return wrong;
        var take = limit ?? DefaultLimit;
        var found = await reader.ListAsync(user.ToCaller(), before, take + 1, cancellationToken);
        return Results.Ok(new RunPage(await reader.ViewsAsync([.. found.Take(take)], cancellationToken), found.Count > take ? found[take - 1].Id.ToString("N") : null));
    }

    public async Task<IResult> OneAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await reader.FindAsync(id, user.ToCaller(), cancellationToken) is { } run ? Results.Ok(await reader.ViewAsync(run, cancellationToken)) : Problem.NotFound().ToResult();

    public async Task<IResult> ItemsAsync(Guid id, ClaimsPrincipal user, string? outcome, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        if (outcome is not null && !Outcomes.Contains(outcome)) return Wrong("outcome", $"must be one of {string.Join(", ", Outcomes)}");
        if (!TryPage(cursor, limit, out var after, out var wrong)) return wrong;
        if (await reader.FindAsync(id, user.ToCaller(), cancellationToken) is not { } run) return Problem.NotFound().ToResult();
        var take = limit ?? DefaultLimit;
        var found = outcome == RunResult.Held
            ? await reader.HeldAsync(run.Id, after, take + 1, cancellationToken)
            : await reader.ItemsAsync(run.Id, outcome != RunWait.InFlight, after, take + 1, cancellationToken);
        return Results.Ok(new RunItemPage(
            [.. found.Take(take).Select(View)],
            found.Count > take ? found[take - 1].AssetId.ToString("N") : null));
    }

    private static RunItemView View(RunItem item)
    {
        var found = RescanFinding.Read(item.Detail);
        return new RunItemView(item.AssetId, item.Revision, item.Outcome ?? RunWait.InFlight, item.Code, item.StartedAt, item.EndedAt, found?.Signature, found?.Scanner);
    }

    public async Task<IResult> FindingsAsync(Guid id, ClaimsPrincipal user, string? kind, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        if (kind is { Length: 0 or > 32 }) return Wrong("kind", "must have 1 to 32 characters");
        if (limit is < 1 or > RunReader.MaxLimit) return Wrong("limit", $"must be 1 to {RunReader.MaxLimit}");
        int? after = null;
        if (cursor is not null)
        {
            if (!PageCursor.TryRead(cursor, out int last)) return Wrong("cursor", "must be a nextCursor of an earlier answer");
            after = last;
        }

        if (await reader.FindAsync(id, user.ToCaller(), cancellationToken) is not { } run) return Problem.NotFound().ToResult();
        var take = limit ?? DefaultLimit;
        var found = await reader.FindingsAsync(run.Id, kind, after, take + 1, cancellationToken);
        return Results.Ok(new RunFindingPage(
            [.. found.Take(take).Select(f => new RunFindingView(f.Kind, f.Area, f.Key, f.AssetId, f.Detail, f.Size, f.ETag, f.ModifiedAt))],
            found.Count > take ? found[take - 1].Number.ToString(CultureInfo.InvariantCulture) : null));
    }

    public async Task<IResult> FailedAsync(ClaimsPrincipal user, CancellationToken cancellationToken) =>
        Results.Ok(new FailedList(await failed.ReadAsync(user.ToCaller(), cancellationToken)));

    private static bool TryPage(string? cursor, int? limit, out Guid? last, out IResult wrong)
    {
        (last, wrong) = (null, Results.Ok());
        if (limit is < 1 or > RunReader.MaxLimit) wrong = Wrong("limit", $"must be 1 to {RunReader.MaxLimit}");
        else if (cursor is null) return true;
        else if (PageCursor.TryRead(cursor, out Guid id)) return (last = id) is not null;
        else wrong = Wrong("cursor", "must be a nextCursor of an earlier answer");
        return false;
    }

    private static IResult Wrong(string field, string why) =>
        Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [why] }).ToResult();
}
