using System.Text.Json.Serialization;
using Pipeline.Assets.Runs;

namespace Pipeline.UploadApi.Runs;

/// <param name="Kind">What to do.</param>
/// <param name="Filter">Which assets.</param>
/// <param name="Pace">How fast; each field has a default.</param>
/// <param name="Reason">Why; kept in the audit.</param>
/// <param name="KeepHours">How long the run can be rolled back after its end.</param>
/// <param name="Listing">true, for a reconcile: the client sends the objects as a listing.</param>
/// <param name="Area">Of a migrate: the area.</param>
/// <param name="To">Of a migrate: the target.</param>
/// <param name="Compare">true, for a migrate: changes nothing.</param>
/// <param name="DeleteExtra">true, for a migrate: deletes what only the target has.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PlanRunRequest(
    string? Kind, RunFilterRequest? Filter, RunPaceRequest? Pace, string? Reason, int? KeepHours = null, bool? Listing = null, string? Area = null, string? To = null, bool? Compare = null,
    bool? DeleteExtra = null);

/// <param name="Filter">Which assets.</param>
/// <param name="DryRun">true: only the plan.</param>
/// <param name="Pace">How fast; each field has a default.</param>
/// <param name="Reason">Why; kept in the audit.</param>
/// <param name="KeepHours">How long the run can be rolled back after its end.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReprocessRunRequest(RunFilterRequest? Filter, bool? DryRun, RunPaceRequest? Pace, string? Reason, int? KeepHours = null);

/// <param name="Pace">How fast; a missing field stays as it is.</param>
/// <param name="Reason">Why; kept in the audit.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChangeRunRequest(RunPaceRequest? Pace, string? Reason);

/// <param name="From">How many objects of the listing were sent before.</param>
/// <param name="Objects">The next objects.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ListingPartRequest(int From, IReadOnlyList<ListedObjectRequest>? Objects);

/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The key in the bucket.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ModifiedAt">When it was written.</param>
/// <param name="ETag">Its tag.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ListedObjectRequest(string? Bucket, string? Key, long Size, DateTimeOffset ModifiedAt, string? ETag);

/// <param name="Taken">Objects of the listing that the server has.</param>
public sealed record ListingPartResponse(int Taken);

/// <param name="MaxDelete">Most orphans to delete.</param>
/// <param name="Reason">Why; kept in the audit.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DeleteOrphansRequest(int? MaxDelete, string? Reason);

/// <param name="Reason">Why; kept in the audit.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RunReasonRequest(string? Reason);

/// <param name="All">true: allows a filter without a condition.</param>
/// <param name="Status">Only assets in this state.</param>
/// <param name="Code">Only assets with this code of a failure or rejection.</param>
/// <param name="Profile">Only assets of this profile.</param>
/// <param name="OwnerId">Only assets of this user.</param>
/// <param name="CreatedFrom">Only assets requested at or after this time.</param>
/// <param name="CreatedTo">Only assets requested before this time.</param>
/// <param name="Stale">any, or settings or engine for this reason only: only assets whose variants the workers would make differently.</param>
/// <param name="StaleProfile">true: the same as any.</param>
/// <param name="Ids">Only these assets.</param>
/// <param name="ScannedBefore">Only assets that were not found clean at this time or later.</param>
/// <param name="SignaturesBefore">Only assets that were not scanned with signatures of this number or a larger one.</param>
/// <param name="Engine">Only assets that failed with this engine; empty for failures that no worker reported.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RunFilterRequest(
    bool? All, string? Status, string? Code, string? Profile, string? OwnerId, DateTimeOffset? CreatedFrom, DateTimeOffset? CreatedTo, string? Stale, bool? StaleProfile,
    IReadOnlyList<Guid>? Ids, DateTimeOffset? ScannedBefore = null, int? SignaturesBefore = null, string? Engine = null)
{
    public RunFilter ToFilter() => new()
    {
        All = All == true ? true : null,
        Status = Status,
        Code = Code,
        Engine = Engine,
        Profile = Profile,
        OwnerId = OwnerId,
        CreatedFrom = CreatedFrom?.ToUniversalTime(),
        CreatedTo = CreatedTo?.ToUniversalTime(),
        Stale = Stale ?? (StaleProfile == true ? RunFilter.AnyStale : null),
        ScannedBefore = ScannedBefore?.ToUniversalTime(),
        SignaturesBefore = SignaturesBefore,
        Ids = Ids is null ? null : [.. Ids.Distinct()],
    };
}

/// <param name="Rate">Most assets started in a second.</param>
/// <param name="InFlight">Most assets in work at a time.</param>
/// <param name="Window">The hours in which assets are started, such as 22:00-06:00; empty for all.</param>
/// <param name="BudgetUsd">Most US dollars, by the prices of the plan.</param>
/// <param name="MaxFailures">The percentage of failed assets above which the run pauses.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RunPaceRequest(double? Rate, int? InFlight, string? Window, double? BudgetUsd, double? MaxFailures)
{
    public RunPaceChange ToChange() => new(Rate, InFlight, Window, BudgetUsd, MaxFailures);
}

/// <param name="Items">The newest first.</param>
/// <param name="NextCursor">Requests the next page; left out on the last page.</param>
public sealed record RunPage(IReadOnlyList<RunView> Items, string? NextCursor);

/// <param name="Items">By the id of the asset.</param>
/// <param name="NextCursor">Requests the next page; left out on the last page.</param>
public sealed record RunItemPage(IReadOnlyList<RunItemView> Items, string? NextCursor);

/// <param name="AssetId">The asset.</param>
/// <param name="Revision">The revision that the run started.</param>
/// <param name="Outcome">in_flight, failed or held.</param>
/// <param name="Code">The code of the failure or rejection.</param>
/// <param name="StartedAt">When the run started it.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Signature">What a rescan found.</param>
/// <param name="Scanner">The scanner that found it, with its signatures.</param>
public sealed record RunItemView(Guid AssetId, int Revision, string Outcome, string? Code, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Signature = null, string? Scanner = null);

/// <param name="Items">In the order in which they were found.</param>
/// <param name="NextCursor">Requests the next page; left out on the last page.</param>
public sealed record RunFindingPage(IReadOnlyList<RunFindingView> Items, string? NextCursor);

/// <param name="Kind">A code of the run's kind.</param>
/// <param name="Area">The area of the object.</param>
/// <param name="Key">Its key in the area.</param>
/// <param name="AssetId">The asset, if there is one.</param>
/// <param name="Detail">A sentence for the operator.</param>
/// <param name="Size">Bytes of the object.</param>
/// <param name="ETag">Its tag.</param>
/// <param name="ModifiedAt">When it was written.</param>
public sealed record RunFindingView(string Kind, string? Area, string? Key, Guid? AssetId, string? Detail, long? Size, string? ETag, DateTimeOffset? ModifiedAt);

/// <param name="Plan">What the run would do.</param>
public sealed record DryRunResponse(RunPlanView Plan);

/// <param name="Items">The most frequent code first.</param>
public sealed record FailedList(IReadOnlyList<FailedGroup> Items);
