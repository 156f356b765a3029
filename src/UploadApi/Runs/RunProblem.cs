using Microsoft.AspNetCore.Mvc;
using Pipeline.Assets;
using Pipeline.Assets.Runs;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Runs;

/// <summary>The errors of runs.</summary>
internal static class RunProblem
{
    public static ProblemDetails FilterRequired() => Problem.Make(
        400, "filter_required", "The filter has no condition, so the run would reach all assets of the tenant. Add a condition, or send 'all': true.");

    public static ProblemDetails OtherTenants() => Problem.Make(
        403, "forbidden", "The store has files of other tenants, so this run is for operators of the tenant 'default'.");

    public static ProblemDetails Of(RunChange change) => change switch
    {
        RunChange.NotFound => Problem.NotFound(),
        RunChange.WrongState(var state) => Problem.Make(409, "run_state", $"The run is {state}, which does not allow this.", ("state", state)),
        RunChange.PlanUsed(var state) => Problem.Make(409, "plan_used", $"This plan was used before; its run is {state}. Make a new plan.", ("state", state)),
        RunChange.PlanExpired => Problem.Make(409, "plan_expired", "This plan is too old to be applied. Make a new plan."),
        RunChange.PlanStale(var profiles) => Problem.Make(
            409, "plan_stale", $"These profiles have changed since the plan: {string.Join(", ", profiles)}. Make a new plan.", ("profiles", profiles)),
        RunChange.Active(var id) => Problem.Make(409, "run_active", $"Another run of this kind is running or paused: {id}. Wait for its end, or cancel it.", ("runId", id)),
        RunChange.RollbackExpired => Problem.Make(409, "rollback_expired", "What this run replaced is not kept any more. Reprocess the assets with the profiles that you want."),
        RunChange.Refused(var code, var because) => Problem.Make(409, code, because),
        RunChange.ReasonRequired => Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["reason"] = ["is required, because resuming withdraws the assets that are held"] }),
        RunChange.AdminOnly => Problem.RoleMissing(Role.Admin),
        _ => throw new InvalidOperationException($"No problem for {change.GetType().Name}."),
    };
}
