using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets.Reconciliation;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Runs;

/// <summary>The routes of runs that compare the store with the table.</summary>
internal sealed class ReconcileEndpoint(DeleteOrphans delete, TakeListing listing, StoreWideRuns storeWide, RunReader reader)
{
    public async Task<IResult> ListAsync(Guid id, ListingPartRequest body, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (body.From < 0) errors["from"] = ["must not be negative"];
        if (body.Objects is not { Count: > 0 and <= TakeListing.MostObjects }) errors["objects"] = [$"must be 1 to {TakeListing.MostObjects} objects"];
        for (var i = 0; i < body.Objects?.Count && errors.Count == 0; i++)
            if (body.Objects![i] is not { Bucket: not null, Key.Length: > 0 and <= 1_024, Size: >= 0, ETag.Length: <= 128 }) errors[$"objects[{i}]"] = ["must have a bucket, a key, a size, modifiedAt and eTag"];
        if (errors.Count > 0) return Problem.Invalid(errors).ToResult();
        var objects = body.Objects!.Select(o => new ListedObject(o.Bucket!, o.Key!, o.Size, o.ModifiedAt, o.ETag!)).ToList();
        return await listing.RunAsync(id, body.From, objects, user.ToCaller(), cancellationToken) switch
        {
            ListingTaken.Done(var taken) => Results.Ok(new ListingPartResponse(taken)),
            ListingTaken.NotNext(var taken) => Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["from"] = [$"must be {taken}"] }).ToResult(),
            ListingTaken.WrongState(var state) => RunProblem.Of(new RunChange.WrongState(state)).ToResult(),
            _ => Problem.NotFound().ToResult(),
        };
    }

    public async Task<IResult> DeleteAsync(Guid id, DeleteOrphansRequest body, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (body.MaxDelete is < 1 or > ReconcileSettings.MostDelete) errors["maxDelete"] = [$"must be 1 to {ReconcileSettings.MostDelete}"];
        if (RunRequestCheck.ReasonError(body.Reason) is { } wrong) errors["reason"] = [wrong];
        else if (string.IsNullOrWhiteSpace(body.Reason)) errors["reason"] = ["is required, because this run deletes"];
        if (errors.Count > 0) return Problem.Invalid(errors).ToResult();
        if (await reader.FindAsync(id, user.ToCaller(), cancellationToken) is null) return Problem.NotFound().ToResult();
        if (!await storeWide.AreAllowedAsync(user.ToCaller(), cancellationToken)) return RunProblem.OtherTenants().ToResult();
        return await delete.RunAsync(id, body.MaxDelete, body.Reason!, user.ToCaller(), cancellationToken) switch
        {
            RunChange.Done(var run) => Results.Accepted($"/api/admin/runs/{run.Id}", await reader.ViewAsync(run, cancellationToken)),
            var refused => RunProblem.Of(refused).ToResult(),
        };
    }
}
