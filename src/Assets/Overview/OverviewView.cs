namespace Pipeline.Assets.Overview;

/// <summary>The state of the pipeline on one page. Counts are of the whole installation; assets and runs are of the caller's tenant.</summary>
/// <param name="At">When it was made.</param>
/// <param name="CountedAt">When the state of queues, webhooks and dependencies was counted; null if nobody has counted for two minutes.</param>
/// <param name="Problems">The present problems, the oldest first.</param>
/// <param name="Tiles">Six figures.</param>
/// <param name="Hour">The last hour by the minute.</param>
/// <param name="Day">The last 24 hours by the quarter of an hour.</param>
/// <param name="Week">The last seven days by the hour.</param>
/// <param name="Marks">What explains a change, the oldest first.</param>
/// <param name="NeedsYou">Failed assets in groups, the largest first.</param>
/// <param name="Dependencies">What the pipeline needs, by name.</param>
/// <param name="Workers">The workers that announced themselves in the last three minutes.</param>
public sealed record OverviewView(
    DateTimeOffset At, DateTimeOffset? CountedAt, IReadOnlyList<OverviewAlert> Problems, OverviewTiles Tiles, ActivitySeries Hour, ActivitySeries Day, ActivitySeries Week,
    IReadOnlyList<ActivityMarkView> Marks, IReadOnlyList<FailureGroup> NeedsYou, IReadOnlyList<DependencyView> Dependencies, IReadOnlyList<WorkerView> Workers);

/// <param name="Code">The kind of problem.</param>
/// <param name="Subject">What it is about; null if the code says it.</param>
/// <param name="Since">Since when; null if nobody knows.</param>
/// <param name="What">A sentence.</param>
/// <param name="Fix">What to do.</param>
public sealed record OverviewAlert(string Code, string? Subject, DateTimeOffset? Since, string What, string Fix);

/// <param name="Arriving">Confirmed uploads in a minute.</param>
/// <param name="Ready">Published revisions in a minute.</param>
/// <param name="OldestWaiting">For how many seconds the oldest request waits for a worker.</param>
/// <param name="Failed">Failed assets that need an operator.</param>
/// <param name="RejectedToday">Rejected files since midnight UTC.</param>
/// <param name="WebhooksBehind">Deliveries that are due.</param>
public sealed record OverviewTiles(OverviewTile Arriving, OverviewTile Ready, OverviewTile OldestWaiting, OverviewTile Failed, OverviewTile RejectedToday, OverviewTile WebhooksBehind);

/// <param name="Value">The figure; null if it was not measured lately.</param>
/// <param name="AtLeast">Whether counting ended at this number.</param>
/// <param name="Minutes">The last 60 minutes, the oldest first.</param>
public sealed record OverviewTile(double? Value, bool AtLeast, IReadOnlyList<long> Minutes);

/// <param name="From">The begin of the first step.</param>
/// <param name="StepSeconds">The length of a step.</param>
/// <param name="Ready">Published revisions by step, the oldest first.</param>
/// <param name="Rejected">Rejected files by step.</param>
/// <param name="Failed">Failed revisions by step.</param>
public sealed record ActivitySeries(DateTimeOffset From, int StepSeconds, IReadOnlyList<long> Ready, IReadOnlyList<long> Rejected, IReadOnlyList<long> Failed);

/// <param name="Kind">engine: the first result of an engine; outage: a dependency failed; unmeasured: nobody counted.</param>
/// <param name="Subject">The engine or the dependency; null without one.</param>
/// <param name="At">When it began.</param>
/// <param name="Until">When it ended; null for an engine and while it lasts.</param>
public sealed record ActivityMarkView(string Kind, string? Subject, DateTimeOffset At, DateTimeOffset? Until);

/// <param name="Code">The code of the failure.</param>
/// <param name="Engine">The imaging engine; null if no worker reported the failure.</param>
/// <param name="Count">Assets of the group.</param>
/// <param name="AtLeast">Whether counting ended at this number.</param>
/// <param name="FirstAt">When the first of them changed last.</param>
/// <param name="LastAt">When the last of them changed last.</param>
/// <param name="Examples">The three newest.</param>
/// <param name="Advice">What to do.</param>
public sealed record FailureGroup(
    string Code, string? Engine, int Count, bool AtLeast, DateTimeOffset FirstAt, DateTimeOffset LastAt, IReadOnlyList<FailureExample> Examples, string Advice);

/// <param name="AssetId">The asset.</param>
/// <param name="ThumbnailUrl">A small picture of an earlier revision; null without one, and for private assets.</param>
public sealed record FailureExample(Guid AssetId, Uri? ThumbnailUrl);

/// <param name="Name">Its name.</param>
/// <param name="Status">ok, warn or fail.</param>
/// <param name="Since">Since when it is so.</param>
/// <param name="Detail">A sentence; null if there is nothing to say.</param>
/// <param name="AgeSeconds">The age of the scanner's signatures; null for all others.</param>
public sealed record DependencyView(string Name, string Status, DateTimeOffset Since, string? Detail, long? AgeSeconds);

/// <param name="Id">The worker's process; null for work whose worker did not say who it is.</param>
/// <param name="Name">Name and version; null if it is unknown.</param>
/// <param name="Engine">Name and version of its imaging engine; null if it is unknown.</param>
/// <param name="HeardAt">Time of its last announcement; null if it has made none lately.</param>
/// <param name="Places">Requests that it processes at once.</param>
/// <param name="Holds">The assets that it works on, the longest first.</param>
public sealed record WorkerView(Guid? Id, string? Name, string? Engine, DateTimeOffset? HeardAt, int Places, IReadOnlyList<HeldAsset> Holds);

/// <param name="AssetId">The asset; null if it is of another tenant.</param>
/// <param name="Since">When the worker began.</param>
public sealed record HeldAsset(Guid? AssetId, DateTimeOffset Since);
