using System.Text.Json.Nodes;
using Pipeline.Assets.Moves;
using Pipeline.Storage.Costs;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>Describes the fields of the routes that look after the installation, as <see cref="SchemaNotes"/> does for the others.</summary>
internal static class InstallationNotes
{
    private const string Time = "2026-01-31T12:00:00Z";

    public static IReadOnlyDictionary<string, string> Schemas { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["JobList"] = "The jobs by name.", ["JobView"] = "A job with its last run in any instance. A field is missing if it does not apply.", ["JobChangeRequest"] = "Why the job is changed.",
        ["CostReport"] = "What the object store costs.", ["RequestCountView"] = "Requests of one kind.", ["ProviderCostView"] = "What a provider takes for a month like this, in US dollars.",
        ["QueueList"] = "The queues, those of dead letters last.", ["QueueView"] = "A queue. A field is missing if it does not apply.", ["ReturnRequest"] = "How many letters, and why.",
        ["ReturnedLetters"] = "What came of the dead letters.",
        ["AreaList"] = "The areas.", ["AreaView"] = "An area, and the store to which it moves. A field is missing if it does not apply.", ["SwitchAreaRequest"] = "From where an area is to be read, and why.",
        ["DoctorReport"] = "The result of all checks.", ["FindingView"] = "The result of a check.", ["BrowserView"] = "Addresses for the checks that only a client can do.",
    };

    public static IReadOnlyDictionary<string, FieldNote> Fields { get; } = new Dictionary<string, FieldNote>(StringComparer.Ordinal)
    {
        ["JobList.items"] = new("The jobs."),
        ["JobView.name"] = new("The name.", "Dispatcher"),
        ["JobView.kind"] = new("timed: each instance runs it by its own timer; calendar: one instance at a time.", "timed", ["timed", "calendar"]),
        ["JobView.state"] = new("late: it has not run for three intervals.", "idle", ["idle", "running", "paused", "late"]),
        ["JobView.intervalSeconds"] = new("Seconds between two runs.", 5),
        ["JobView.lastStartedAt"] = new("When the last run began.", Time),
        ["JobView.lastEndedAt"] = new("When it ended.", Time),
        ["JobView.lastResult"] = new("How it ended.", "ok", ["ok", "failed"]),
        ["JobView.lastFault"] = new("The type of the exception that ended it; the log has the details.", "TimeoutException"),
        ["JobView.lastRows"] = new("Rows or objects that it changed.", 0),
        ["JobView.lastMilliseconds"] = new("How long it took.", 4),
        ["JobView.instance"] = new("The process that ran it.", "api-1:4711"),
        ["JobView.nextAt"] = new("When it runs next; omitted while it is paused.", Time),
        ["JobView.pausedAt"] = new("When it was paused; omitted otherwise.", Time),
        ["JobView.pausedBy"] = new("The user who paused it.", "ada"),
        ["AreaList.items"] = new("All areas that can move."),
        ["AreaView.area"] = new("The area.", "public", [.. AreaReader.Names]),
        ["AreaView.writesTo"] = new("The target to which this server also writes.", "r2"),
        ["AreaView.readFrom"] = new("The target from which the area is read; omitted if it is its own store.", "r2"),
        ["AreaView.state"] = new("copying: it is read from its own store; switched: from the target; ended: the settings name the target as its own store. Omitted if it never moved.", MoveState.Switched, [.. MoveState.All]),
        ["AreaView.switchedAt"] = new("When it was switched.", Time),
        ["AreaView.backUntil"] = new("Until when it can go back.", Time),
        ["SwitchAreaRequest.to"] = new("The target.", "r2"),
        ["SwitchAreaRequest.back"] = new("true: back from the target to the area's own store.", false),
        ["SwitchAreaRequest.reason"] = new("Why; kept in the audit.", "cheaper"),
        ["DoctorReport.at"] = new("The time of the server's clock.", Time),
        ["DoctorReport.status"] = new("The worst status of a finding; skipped counts as ok.", "ok", ["ok", "warn", "fail"]),
        ["DoctorReport.roles"] = new("The roles that the token names.", new JsonArray("operator")),
        ["DoctorReport.findings"] = new("One result for each check."),
        ["DoctorReport.browser"] = new("Addresses for the checks that only a client can do."),
        ["FindingView.check"] = new("The name of the check.", "area incoming"),
        ["FindingView.status"] = new("skipped: it does not apply, or this server cannot check it.", "ok", ["ok", "skipped", "warn", "fail"]),
        ["FindingView.detail"] = new("The result in a sentence.", "A presigned PUT, a GET and a deletion work."),
        ["FindingView.fix"] = new("What to do; omitted if nothing is to be done.", "Start a worker."),
        ["BrowserView.origins"] = new("The origins of the front ends.", new JsonArray("https://app.example.com")),
        ["BrowserView.uploadUrl"] = new("An upload URL without its signature, for a preflight request.", "https://store.example.com/photos/uploads/=doctor/preflight.txt"),
        ["BrowserView.uploadHeaders"] = new("The headers that an upload sends.", new JsonArray("Content-Type")),
        ["CostReport.days"] = new("The days that are counted, with today.", 30),
        ["CostReport.assets"] = new("Stored assets.", 1000),
        ["CostReport.originalBytes"] = new("Bytes of the originals.", 1_500_000_000),
        ["CostReport.variantBytes"] = new("Bytes of the published variants, by a sample of the newest assets.", 1_000_000_000),
        ["CostReport.requests"] = new("The counted requests."),
        ["CostReport.month"] = new("What each provider takes for a month like this, without what visitors read."),
        ["RequestCountView.area"] = new("The area.", "incoming", [.. StoreRequestCounts.AreaNames]),
        ["RequestCountView.cause"] = new("Why the requests were sent.", StoreCause.Tidy),
        ["RequestCountView.operation"] = new("The operation.", StoreOperation.List, [.. StoreOperation.All]),
        ["RequestCountView.class"] = new("The class by which providers bill; omitted for deletions, which cost nothing.", "A", ["A", "B"]),
        ["RequestCountView.count"] = new("How many.", 1000),
        ["ProviderCostView.provider"] = new("The provider.", "r2", ["s3", "r2"]),
        ["ProviderCostView.storage"] = new("For the stored bytes.", 0.05), ["ProviderCostView.classA"] = new("For requests of class A.", 0.01), ["ProviderCostView.classB"] = new("For requests of class B.", 0.01), ["ProviderCostView.total"] = new("In all.", 0.07),
        ["QueueList.items"] = new("The queues."),
        ["QueueView.name"] = new("The name.", "processor-uploads"),
        ["QueueView.depth"] = new("Messages that wait in it.", 12),
        ["QueueView.consumers"] = new("Its readers.", 2),
        ["QueueView.unacknowledged"] = new("Requests that workers have, by the table; omitted for queues that are not of requests.", 4),
        ["QueueView.dueRows"] = new("Assets whose requests are due and not published yet; omitted for other queues.", 0),
        ["QueueView.oldestSince"] = new("Since when the oldest request waits; omitted if none does.", Time),
        ["QueueView.oldestSeconds"] = new("The same in seconds.", 3),
        ["QueueView.deadLetters"] = new("true for a queue of messages that failed or that nobody knows.", false),
        ["ReturnRequest.limit"] = new("Most letters, 1 to 1,000; 100 if it is left out.", 100),
        ["ReturnRequest.reason"] = new("Why; it stands in the audit.", "the database is up again"),
        ["ReturnedLetters.returned"] = new("Letters whose assets are dispatched again.", 3),
        ["ReturnedLetters.outdated"] = new("Letters that were removed, because their assets have moved on or do not exist.", 1),
        ["ReturnedLetters.unreadable"] = new("Letters that stay, because they name no asset and revision.", 0),
        ["ReturnedLetters.remaining"] = new("Letters in the queue after that.", 0),
        ["JobChangeRequest.reason"] = new("Why; it stands in the audit.", "disk is replaced"),
    };
}
