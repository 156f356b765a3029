using System.Text.Json.Nodes;
using Pipeline.Assets.Moves;
using Pipeline.Assets.Reconciliation;
using Pipeline.Assets.Runs;
using Pipeline.UploadApi.Runs;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>Describes the schemas of runs.</summary>
internal static class RunNotes
{
    private const string Time = "2026-01-31T12:00:00Z";
    private const string RunId = "0191e9a0-0000-7000-8000-0000000000c1";
    private const string Why = "new width for the shop";

    public static IReadOnlyDictionary<string, string> Schemas { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["RunFilter"] = "Which assets of the tenant; all conditions hold.", ["RunPage"] = "One page of runs. The newest come first.", ["RunView"] = "A run with its plan and its progress. A field is missing if it does not apply.",
        ["RunPlanView"] = "What a run would do. All figures but the number of assets come from a sample.", ["RunPace"] = "How fast a run may go.",
        ["RunProgress"] = "How far a run is.", ["RunRequests"] = "Requests to the store by class.", ["RunCost"] = "US dollars by provider.",
        ["RunItemPage"] = "One page of assets of a run.", ["RunItemView"] = "An asset of a run.", ["DryRunResponse"] = "A plan that is not stored.",
        ["RunFindingPage"] = "One page of what a run has found.", ["RunFindingView"] = "Something that a run has found. A field is missing if it does not apply.",
        ["ListingPartRequest"] = "The next part of a listing.", ["ListedObjectRequest"] = "An object in the store.", ["ListingPartResponse"] = "How much has arrived.",
        ["DeleteOrphansRequest"] = "How much may be deleted, and why.", ["FailedList"] = "The failed assets by code.", ["FailedGroup"] = "The assets that failed with one code.",
        ["PlanRunRequest"] = "The run to plan.", ["ReprocessRunRequest"] = "The assets to reprocess.", ["ChangeRunRequest"] = "The new pace.", ["RunReasonRequest"] = "Why.",
        ["RunFilterRequest"] = "Which assets of the tenant; all conditions must hold.", ["RunPaceRequest"] = "How fast a run may go. A missing field keeps its value, or has its default in a new plan.",
    };

    public static IReadOnlyDictionary<string, FieldNote> Fields { get; } = Build();

    private static Dictionary<string, FieldNote> Build()
    {
        var notes = new Dictionary<string, FieldNote>(StringComparer.Ordinal)
        {
            ["RunPage.items"] = new("The runs."),
            ["RunView.id"] = new("The run.", RunId),
            ["RunView.kind"] = new("What it does: reprocess, retry, discard, rescan, reconcile, rebuild, migrate or rollback; a newer version may have planned others.", RunKind.Reprocess),
            ["RunView.state"] = new("The state.", RunState.Running, [.. RunState.All]),
            ["RunView.filter"] = new("The filter as it is stored."),
            ["RunView.plan"] = new("What it was planned to do."),
            ["RunFilter.version"] = new("The version of the stored format.", 1),
            ["RunView.pace"] = new("How fast it may go."),
            ["RunView.progress"] = new("How far it is."),
            ["RunView.plannedBy"] = new("The user who planned it.", "ada"),
            ["RunView.appliedBy"] = new("The user who applied it.", "ada"),
            ["RunView.reason"] = new("The reason that the operator gave.", Why),
            ["RunView.pausedBecause"] = new("Why it is paused; omitted in other states.", "ada paused it."),
            ["RunView.because"] = new("Why it was cancelled or failed; omitted in other states.", "ada cancelled it."),
            ["RunView.waitingFor"] = new("Why a running run starts nothing at the moment; it goes on by itself.", RunWait.Uploads, [.. RunWait.All]),
            ["RunView.createdAt"] = new("When it was planned.", Time),
            ["RunView.expiresAt"] = new("Until when the plan can be applied.", Time),
            ["RunView.appliedAt"] = new("When it was applied.", Time),
            ["RunView.endedAt"] = new("When it ended.", Time),
            ["RunView.source"] = new("The run that a rollback takes back; omitted for other kinds.", RunId),
            ["RunView.rollbackUntil"] = new("Until when the run can be rolled back; omitted before its end and once nothing is kept any more.", Time),
            ["RunView.settings"] = new("The settings of a reconcile or a migrate; omitted for other kinds.", new JsonObject { ["delete"] = false }),
            ["RunView.findings"] = new("Findings that are listed; of more than 100,000 only the first are.", 0),
            ["RunProgress.found"] = new("What a reconcile, a rebuild or a migrate has found.", 0),
            ["RunProgress.foundBy"] = new("The same by code.", new JsonObject { ["orphan"] = 2 }),
            ["RunFindingPage.items"] = new("The findings, in the order of the run."),
            ["RunFindingView.kind"] = new("What it is.", ReconcileCode.Orphan),
            ["RunFindingView.area"] = new("The area of the object; omitted for a row.", "public"),
            ["RunFindingView.key"] = new("The key in its area; omitted for a row.", $"assets/01/{Examples.Id}/8f14e45fceea167a/w320.webp"),
            ["RunFindingView.assetId"] = new("The asset, if there is one.", Examples.Id),
            ["RunFindingView.detail"] = new("What to know or to do.", "The asset has no row."),
            ["RunFindingView.size"] = new("Bytes of the object.", 20_480),
            ["RunFindingView.eTag"] = new("Its tag.", "9a0364b9e99bb480dd25e1f0284c8555"),
            ["RunFindingView.modifiedAt"] = new("When it was written.", Time),
            ["DeleteOrphansRequest.maxDelete"] = new("Most orphans to delete, 1 to 100,000; by default 1 % of the listed objects, at most 1,000.", 3),
            ["ListingPartRequest.from"] = new("How many objects of the listing were sent before.", 0),
            ["ListingPartRequest.objects"] = new($"The next objects, 1 to {TakeListing.MostObjects}."),
            ["ListedObjectRequest.bucket"] = new("The bucket.", "photos"),
            ["ListedObjectRequest.key"] = new("The key in the bucket.", $"assets/01/{Examples.Id}/8f14e45fceea167a/w320.webp"),
            ["ListedObjectRequest.size"] = new("Bytes.", 20_480),
            ["ListedObjectRequest.modifiedAt"] = new("When it was written.", Time),
            ["ListedObjectRequest.eTag"] = new("Its tag, without quotes.", "9a0364b9e99bb480dd25e1f0284c8555"),
            ["ListingPartResponse.taken"] = new("Objects of the listing that the server has.", 200),
            ["PlanRunRequest.listing"] = new("true, for a reconcile: the client sends the objects as a listing.", true),
            ["PlanRunRequest.area"] = new("Of a migrate: the area.", "public", [.. AreaReader.Names]),
            ["PlanRunRequest.to"] = new("Of a migrate: the target, as in Storage:Targets of the settings.", "r2"),
            ["PlanRunRequest.compare"] = new("true, for a migrate: compares the two stores and changes nothing.", false),
            ["PlanRunRequest.deleteExtra"] = new("true, for a migrate: also deletes what only the target has. Needs a reason and the role admin.", false),
            ["PlanRunRequest.keepHours"] = new("Hours after the end for which the run can be rolled back; 24 by default, 0 to 720.", 24),
            ["ReprocessRunRequest.keepHours"] = new("Hours after the end for which the run can be rolled back; 24 by default, 0 to 720.", 24),
            ["RunPlanView.assets"] = new("Assets that the run processes.", 12_000),
            ["RunPlanView.estimate"] = new("true: the count took too long, so the number of assets is the database's estimate.", false),
            ["RunPlanView.skipped"] = new("Assets that the filter names and the run leaves as they are, by reason.", new JsonObject { ["rejected"] = 3 }),
            ["RunPlanView.sampled"] = new("Assets that were read for the other figures.", 200),
            ["RunPlanView.variantsToRender"] = new("Variants to render at most.", 96_000),
            ["RunPlanView.variantsToKeep"] = new("Variants that stay as they are.", 0),
            ["RunPlanView.bytes"] = new("Bytes to write, by the present variants; of a rescan those to read.", 480_000_000),
            ["RunPlanView.requests"] = new("Requests to the store."),
            ["RunPlanView.cpuHours"] = new("CPU hours of the workers; of a rescan those of the scanner. Omitted if nothing is known of them.", 2),
            ["RunPlanView.costUsd"] = new("What the requests cost."),
            ["RunPlanView.hours"] = new("Hours at the present speed; omitted if no worker is known.", 1.5),
            ["RunRequests.classA"] = new("Writes and listings.", 108_000),
            ["RunRequests.classB"] = new("Reads.", 12_000),
            ["RunCost.r2"] = new("At Cloudflare R2.", 0.4903),
            ["RunCost.s3"] = new("At AWS S3.", 0.5448),
            ["RunProgress.planned"] = new("Assets of the run. Once it is completed they are the sum of done, skipped and failed.", 12_000),
            ["RunProgress.done"] = new("Assets that ended well.", 8_000),
            ["RunProgress.skipped"] = new("Assets that were left as they are.", 2),
            ["RunProgress.skippedBy"] = new("The same by reason.", new JsonObject { ["changed"] = 2 }),
            ["RunProgress.failed"] = new("Assets that failed or were rejected.", 1),
            ["RunProgress.failedBy"] = new("The same by code.", new JsonObject { ["corrupt"] = 1 }),
            ["RunProgress.inFlight"] = new("Assets in work.", 200),
            ["RunProgress.bytesWritten"] = new("Bytes of new variants; of a rescan those that were read.", 320_000_000),
            ["RunProgress.held"] = new("Of a rescan: assets with a hit that are not withdrawn until an admin resumes the run.", 0),
            ["RunProgress.perMinute"] = new("Assets that ended in a minute, over the last five.", 480),
            ["RunProgress.etaAt"] = new("When the last asset would end at this rate in the run's hours; omitted if nothing ended lately, and in the first seconds.", Time),
            ["RunItemPage.items"] = new("The assets, by id."),
            ["RunItemView.assetId"] = new("The asset.", Examples.Id),
            ["RunItemView.revision"] = new("The revision that the run started; 0 for a rescan, which makes none.", 2),
            ["RunItemView.signature"] = new("Of a rescan: the scanner's name for the malware.", "Win.Test.EICAR_HDB-1"),
            ["RunItemView.scanner"] = new("Of a rescan: the scanner with its signatures.", "ClamAV 1.4.6/27500/Mon Nov 17 09:12:01 2025"),
            ["RunItemView.outcome"] = new("in_flight: in work; failed: it failed or was rejected; held: a rescan found malware, and an operator has to decide.", RunResult.Failed, RunReads.Outcomes),
            ["RunItemView.code"] = new("The code of the failure or rejection.", "corrupt"),
            ["RunItemView.startedAt"] = new("When the run started it.", Time),
            ["RunItemView.endedAt"] = new("When it ended.", Time),
            ["DryRunResponse.plan"] = new("What the run would do."),
            ["FailedList.items"] = new("The codes, the most frequent first."),
            ["FailedGroup.code"] = new("The code of the failure.", "scanner_unavailable"),
            ["FailedGroup.count"] = new("Assets whose last revision failed with it.", 12),
            ["FailedGroup.firstAt"] = new("When the first of them changed last.", Time),
            ["FailedGroup.lastAt"] = new("When the last of them changed last.", Time),
            ["FailedGroup.exampleId"] = new("The newest of them.", Examples.Id),
            ["FailedGroup.exampleReason"] = new("Its reason.", "The scanner gave no verdict."),
            ["FailedGroup.advice"] = new("What to do.", "Check clamd and its signatures, then retry."),
            ["PlanRunRequest.kind"] = new("What to do.", RunKind.Reprocess, [.. RunKind.All]),
            ["ReprocessRunRequest.dryRun"] = new("true: only the plan.", true),
        };
        foreach (var request in (string[])["PlanRunRequest", "ReprocessRunRequest", "ChangeRunRequest", "RunReasonRequest", "DeleteOrphansRequest"]) notes[$"{request}.reason"] = new("Why; kept in the audit.", Why);
        foreach (var request in (string[])["PlanRunRequest", "ReprocessRunRequest"]) notes[$"{request}.filter"] = new("Which assets.");
        foreach (var request in (string[])["PlanRunRequest", "ReprocessRunRequest", "ChangeRunRequest"]) notes[$"{request}.pace"] = new("How fast.");
        foreach (var pace in (string[])["RunPace", "RunPaceRequest"])
        {
            notes[$"{pace}.rate"] = new("Most assets started in a second; omitted for no limit.", 20);
            notes[$"{pace}.inFlight"] = new($"Most assets in work at a time, 1 to {RunPace.MaxInFlight}.", RunPace.DefaultInFlight);
            notes[$"{pace}.window"] = new("The hours in which assets are started; omitted or empty for all.", "22:00-06:00");
            notes[$"{pace}.budgetUsd"] = new("Most US dollars, by the prices of the plan; omitted for no limit.", 10);
            notes[$"{pace}.maxFailures"] = new("The percentage of failed assets above which the run pauses.", RunPace.DefaultMaxFailures);
        }

        foreach (var filter in (string[])["RunFilter", "RunFilterRequest"])
        {
            notes[$"{filter}.all"] = new("true: allows a filter without a condition.", true);
            notes[$"{filter}.status"] = new("Only assets in this state.", "ready", [.. RunRequestCheck.Statuses]);
            notes[$"{filter}.code"] = new("Only assets with this code of a failure or rejection.", "scanner_unavailable", [.. RunRequestCheck.Codes]);
            notes[$"{filter}.engine"] = new("Only assets that failed with this imaging engine; empty for failures that no worker reported.", "libvips 8.16.1");
            notes[$"{filter}.profile"] = new("Only assets of this profile.", "web");
            notes[$"{filter}.ownerId"] = new("Only assets of this user.", "ada");
            notes[$"{filter}.createdFrom"] = new("Only assets requested at or after this time.", "2026-01-01T00:00:00Z");
            notes[$"{filter}.createdTo"] = new("Only assets requested before this time.", "2026-02-01T00:00:00Z");
            notes[$"{filter}.stale"] = new("any: only assets whose variants the workers would make differently today; settings or engine: only those that are stale for this reason.", RunFilter.AnyStale, [.. RunFilter.StaleValues]);
            notes[$"{filter}.staleProfile"] = new("true: the same as stale any.", true);
            notes[$"{filter}.scannedBefore"] = new("Only assets that were not found clean at this time or later.", "2026-01-01T00:00:00Z");
            notes[$"{filter}.signaturesBefore"] = new("Only assets that were not scanned with signatures of this number or a larger one.", 27_500);
            notes[$"{filter}.ids"] = new($"Only these assets, 1 to {RunFilter.MaxIds}.", new JsonArray(Examples.Id));
        }

        notes["RunFilter.idCount"] = new($"Only so many assets by id: more than {RunFilter.MostInline} ids, and the assets of a run over failures, are kept apart from the filter.", 100_000);
        return notes;
    }
}
