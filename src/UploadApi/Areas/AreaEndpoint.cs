using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets;
using Pipeline.Assets.Moves;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Runs;

namespace Pipeline.UploadApi.Areas;

/// <summary>The routes of areas that move to another store.</summary>
internal sealed class AreaEndpoint(SwitchArea switches, AreaReader reader, MoveRequestCheck check, StoreWideRuns storeWide)
{
    public async Task<IResult> ListAsync(CancellationToken cancellationToken) => Results.Ok(new AreaList(await reader.ReadAsync(cancellationToken)));

    public async Task<IResult> SwitchAsync(string area, SwitchAreaRequest body, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        check.Check(area, body.To, errors);
        if (RunRequestCheck.ReasonError(body.Reason) is { } wrong) errors["reason"] = [wrong];
        else if (string.IsNullOrWhiteSpace(body.Reason)) errors["reason"] = ["is required, because all reads follow the switch"];
        if (errors.Count > 0) return Problem.Invalid(errors).ToResult();
        if (!await storeWide.AreAllowedAsync(user.ToCaller(), cancellationToken)) return RunProblem.OtherTenants().ToResult();
        return await switches.RunAsync(area, MoveRequestCheck.TargetOf(body.To)!, body.Back == true, body.Reason!, user.ToCaller(), cancellationToken) switch
        {
            AreaSwitch.Done(var move) => Results.Ok(reader.View(area, move)),
            AreaSwitch.Incomplete(var because, var counts, var examples) => Problem.Make(409, MoveCode.Incomplete, because, ("counts", counts), ("examples", examples)).ToResult(),
            AreaSwitch.Refused(var code, var because) => Problem.Make(409, code, because).ToResult(),
            _ => throw new InvalidOperationException("No answer for this switch."),
        };
    }
}
