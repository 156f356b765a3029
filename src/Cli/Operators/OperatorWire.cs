namespace Pipeline.Cli.Operators;

/// <param name="At">The server's clock.</param>
/// <param name="Roles">The roles of the token.</param>
/// <param name="Findings">What the server found.</param>
/// <param name="Browser">Addresses for the checks of the client.</param>
sealed record DoctorReport(DateTimeOffset At, string[] Roles, DoctorFinding[] Findings, DoctorBrowser Browser);

/// <param name="Check">The name of the check.</param>
/// <param name="Status">One of the constants.</param>
/// <param name="Detail">A sentence.</param>
/// <param name="Fix">What to do; null if nothing is to be done.</param>
sealed record DoctorFinding(string Check, string Status, string Detail, string? Fix = null)
{
    public const string Ok = "ok";
    public const string Skipped = "skipped";
    public const string Warn = "warn";
    public const string Fail = "fail";
}

/// <param name="Origins">The origins of the front ends.</param>
/// <param name="UploadUrl">An upload URL without its signature.</param>
/// <param name="UploadHeaders">The headers that an upload sends.</param>
sealed record DoctorBrowser(string[] Origins, string UploadUrl, string[] UploadHeaders);

/// <param name="Items">All jobs.</param>
sealed record JobList(Job[] Items);

sealed record Job(
    string Name, string Kind, string State, long IntervalSeconds, DateTimeOffset? LastStartedAt = null, DateTimeOffset? LastEndedAt = null, string? LastResult = null,
    string? LastFault = null, long? LastRows = null, long? LastMilliseconds = null, string? Instance = null, DateTimeOffset? NextAt = null, DateTimeOffset? PausedAt = null,
    string? PausedBy = null);

sealed record CostReport(int Days, long Assets, long OriginalBytes, long VariantBytes, CountedRequests[] Requests, ProviderCost[] Month);

sealed record CountedRequests(string Area, string Cause, string Operation, long Count, string? Class = null);

sealed record ProviderCost(string Provider, decimal Storage, decimal ClassA, decimal ClassB, decimal Total);

/// <param name="Items">The queues, those of dead letters last.</param>
sealed record QueueList(Queue[] Items);

sealed record Queue(
    string Name, long Depth, long Consumers, bool DeadLetters, long? Unacknowledged = null, long? DueRows = null, DateTimeOffset? OldestSince = null, long? OldestSeconds = null);

sealed record ReturnedLetters(int Returned, int Outdated, int Unreadable, long Remaining);
