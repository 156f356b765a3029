using System.Text.Json.Nodes;
using Pipeline.Assets;
using Pipeline.Assets.Overview;
using Pipeline.Contracts;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>Describes the schemas of the overview and of the lists behind it.</summary>
internal static class OverviewNotes
{
    private const string Time = "2026-01-31T12:00:00Z";
    private const string Engine = "libvips 8.16.1";
    private const string Picture = "https://images.example.com/assets/0191e9a0/w320.jpg";

    public static IReadOnlyDictionary<string, string> Schemas { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["OverviewView"] = "The state of the pipeline on one page. Counts are of the whole installation; assets and runs are of the caller's tenant.",
        ["OverviewAlert"] = "Something that is wrong now.", ["OverviewTiles"] = "Six figures.", ["OverviewTile"] = "A figure with its last hour.",
        ["ActivitySeries"] = "Outcomes by step of time.", ["ActivityMarkView"] = "Something that explains a change of the series.",
        ["FailureGroup"] = "Failed assets with one code and one engine.", ["FailureExample"] = "A failed asset.", ["DependencyView"] = "Something that the pipeline needs.",
        ["WorkerView"] = "A worker with the assets that it holds.", ["HeldAsset"] = "An asset that a worker works on.",
        ["OperatorAssetPage"] = "One page of assets. The newest come first.", ["OperatorAssetView"] = "An asset as operators see it, without its file name. A field is missing if it does not apply.",
    };

    public static IReadOnlyDictionary<string, FieldNote> Fields { get; } = new Dictionary<string, FieldNote>(StringComparer.Ordinal)
    {
        ["OverviewView.at"] = new("When it was made.", Time),
        ["OverviewView.countedAt"] = new("When queues, webhooks and dependencies were counted, each 30 s; omitted if nobody has counted for two minutes.", Time),
        ["OverviewView.problems"] = new("The present problems, the oldest first."),
        ["OverviewView.tiles"] = new("Six figures."),
        ["OverviewView.hour"] = new("The last hour by the minute."),
        ["OverviewView.day"] = new("The last 24 hours by the quarter of an hour."),
        ["OverviewView.week"] = new("The last seven days by the hour."),
        ["OverviewView.marks"] = new("What explains a change of the series, the oldest first."),
        ["OverviewView.needsYou"] = new("Failed assets in groups, the largest first, at most 12."),
        ["OverviewView.dependencies"] = new("What the pipeline needs, by name."),
        ["OverviewView.workers"] = new("The workers that announced themselves in the last three minutes, and those that hold an asset."),
        ["OverviewAlert.code"] = new("The kind of problem; more may be added.", OverviewProblemCode.DependencyDown),
        ["OverviewAlert.subject"] = new("The dependency, the queue or the run; omitted if the code says it.", "storage"),
        ["OverviewAlert.since"] = new("Since when; omitted if nobody knows.", Time),
        ["OverviewAlert.what"] = new("The problem in a sentence.", "storage does not work."),
        ["OverviewAlert.fix"] = new("What to do.", "Run pipeline doctor, and look into the log."),
        ["OverviewTiles.arriving"] = new("Confirmed uploads in a minute: the minute that has begun with the one before."),
        ["OverviewTiles.ready"] = new("Published revisions in a minute, in the same way."),
        ["OverviewTiles.oldestWaiting"] = new("For how many seconds the oldest request waits for a worker."),
        ["OverviewTiles.failed"] = new("Failed assets of the tenant that a retry would take; its minutes are the failures of the installation."),
        ["OverviewTiles.rejectedToday"] = new("Rejected files since midnight UTC."),
        ["OverviewTiles.webhooksBehind"] = new("Deliveries to active webhooks that are due."),
        ["OverviewTile.value"] = new("The figure; omitted if it was not measured lately.", 12.5),
        ["OverviewTile.atLeast"] = new("true: counting ended at this number.", false),
        ["OverviewTile.minutes"] = new("The last 60 minutes, the oldest first.", new JsonArray(3, 0, 5)),
        ["ActivitySeries.from"] = new("The begin of the first step.", Time),
        ["ActivitySeries.stepSeconds"] = new("The length of a step.", 60),
        ["ActivitySeries.ready"] = new("Published revisions by step, the oldest first.", new JsonArray(3, 0, 5)),
        ["ActivitySeries.rejected"] = new("Rejected files by step.", new JsonArray(0, 0, 1)),
        ["ActivitySeries.failed"] = new("Failed revisions by step.", new JsonArray(0, 0, 0)),
        ["ActivityMarkView.kind"] = new("engine: the first result of an engine; outage: a dependency failed; unmeasured: nobody counted.", ActivityMark.Outage, [ActivityMark.Engine, ActivityMark.Outage, ActivityMark.Unmeasured]),
        ["ActivityMarkView.subject"] = new("The engine or the dependency; omitted without one.", "storage"),
        ["ActivityMarkView.at"] = new("When it began.", Time),
        ["ActivityMarkView.until"] = new("When it ended; omitted for an engine and while it lasts.", Time),
        ["FailureGroup.code"] = new("The code of the failure.", FailureCode.StorageUnavailable),
        ["FailureGroup.engine"] = new("The imaging engine; omitted if no worker reported the failure.", Engine),
        ["FailureGroup.count"] = new("Assets of the group.", 12),
        ["FailureGroup.atLeast"] = new("true: counting ended at 10,000 assets, so there may be more.", false),
        ["FailureGroup.firstAt"] = new("When the first of them changed last.", Time),
        ["FailureGroup.lastAt"] = new("When the last of them changed last.", Time),
        ["FailureGroup.examples"] = new("The three newest."),
        ["FailureGroup.advice"] = new("What to do.", "Check the store and the worker's keys, then retry."),
        ["FailureExample.assetId"] = new("The asset.", Examples.Id),
        ["FailureExample.thumbnailUrl"] = new("A small picture of an earlier revision; omitted without one, and for private assets.", Picture),
        ["DependencyView.name"] = new("Its name.", "storage"),
        ["DependencyView.status"] = new("warn: it works, and needs attention.", DependencyState.Ok, [DependencyState.Ok, DependencyState.Warn, DependencyState.Fail]),
        ["DependencyView.since"] = new("Since when it is so.", Time),
        ["DependencyView.detail"] = new("A sentence; omitted if there is nothing to say.", "They are 0 days old."),
        ["DependencyView.ageSeconds"] = new("The age of the scanner's signatures; omitted for all others.", 7_200),
        ["WorkerView.id"] = new("The worker's process; omitted for work whose worker did not say who it is.", "0191e9a0-0000-7000-8000-0000000000d1"),
        ["WorkerView.name"] = new("Name and version; omitted if it is unknown.", "worker-1 (0.1.0)"),
        ["WorkerView.engine"] = new("Name and version of its imaging engine; omitted if it is unknown.", Engine),
        ["WorkerView.heardAt"] = new("Time of its last announcement; omitted if it has made none lately.", Time),
        ["WorkerView.places"] = new("Requests that it processes at once.", 4),
        ["WorkerView.holds"] = new("The assets that it works on, the longest first."),
        ["HeldAsset.assetId"] = new("The asset; omitted if it is of another tenant.", Examples.Id),
        ["HeldAsset.since"] = new("When the worker began.", Time),
        ["OperatorAssetPage.items"] = new("The assets."),
        ["OperatorAssetView.id"] = new("The asset.", Examples.Id),
        ["OperatorAssetView.ownerId"] = new("The user who uploaded it.", "ada"),
        ["OperatorAssetView.status"] = new("The status.", "failed", [.. Enum.GetValues<AssetStatus>().Select(AssetView.Word)]),
        ["OperatorAssetView.work"] = new("While a revision is in work.", "processing", ["queued", "processing"]),
        ["OperatorAssetView.code"] = new("The code of the failure or rejection.", FailureCode.StorageUnavailable),
        ["OperatorAssetView.reason"] = new("Its sentence.", "The store did not respond."),
        ["OperatorAssetView.engine"] = new("The imaging engine of the failed attempt.", Engine),
        ["OperatorAssetView.profile"] = new("The profile.", "default"),
        ["OperatorAssetView.contentType"] = new("The type found in the bytes; before processing, the type that the upload claimed.", "image/jpeg"),
        ["OperatorAssetView.size"] = new("Bytes of the original.", 482_113),
        ["OperatorAssetView.revision"] = new("The newest revision.", 1),
        ["OperatorAssetView.attempt"] = new("Its last attempt.", 1),
        ["OperatorAssetView.visibility"] = new("Who sees the variants.", "public", [.. VisibilityWords.All]),
        ["OperatorAssetView.thumbnailUrl"] = new("A small picture; omitted without one, and for private assets.", Picture),
        ["OperatorAssetView.createdAt"] = new("When the upload was requested.", Time),
        ["OperatorAssetView.updatedAt"] = new("When the asset changed last.", Time),
    };
}
