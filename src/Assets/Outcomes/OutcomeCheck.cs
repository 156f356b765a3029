using Pipeline.Assets.Profiles;
using Pipeline.Contracts;

namespace Pipeline.Assets.Outcomes;

/// <summary>
/// Checks, before any database access, that a worker can have sent the message. A worker parses untrusted files: an attacker who controls a
/// worker must not get arbitrary texts, keys or numbers into rows and pages.
/// </summary>
/// <remarks>
/// Each check throws <see cref="InvalidOutcomeException"/>. Codes are checked by shape and not against a list: during an upgrade a newer
/// worker may send a new code, and its outcome must not be lost; codes are only displayed. Formats and media types are checked against a
/// list, because they decide what a browser receives; the API is upgraded first.
/// </remarks>
internal static class OutcomeCheck
{
    private const int MaxRevision = 1_000_000;
    private const int MaxAttempt = 10_000;
    private const int MaxPlaces = 10_000;

    /// <summary>Longest name of a program or machine; a worker's own limits are below it.</summary>
    private const int MaxName = 256;

    private const int MaxSentence = 2_000;

    public static void Check(ProcessingStarted message)
    {
        Check(message.AssetId, message.Revision, message.Attempt);
        Require(MessageText.IsLine(message.Worker, MaxName), nameof(message.Worker), $"must be one line of at most {MaxName} characters");
    }

    public static void Check(ProcessingContinues message)
    {
        Check(message.AssetId, message.Revision, message.Attempt);
        Require(message.Step is null || MessageText.IsCode(message.Step), nameof(message.Step), "must be 1 to 32 of a-z, 0-9 and _");
    }

    public static void Check(AssetReady outcome)
    {
        Check(outcome.AssetId, outcome.Revision, outcome.Attempt);
        Require(MessageText.IsLine(outcome.Scanner, MaxName), nameof(outcome.Scanner), $"must be one line of at most {MaxName} characters");
        Require(MessageText.IsLine(outcome.Engine, MaxName), nameof(outcome.Engine), $"must be one line of at most {MaxName} characters");
        PublicationCheck.Check(outcome);
    }

    public static void Check(AssetRejected outcome)
    {
        Check(outcome.AssetId, outcome.Revision, outcome.Attempt);
        Require(outcome.Scanner is null || MessageText.IsLine(outcome.Scanner, MaxName), nameof(outcome.Scanner), $"must be one line of at most {MaxName} characters");
        Why(outcome.Code, outcome.Reason);
    }

    public static void Check(ProcessingFailed outcome)
    {
        Check(outcome.AssetId, outcome.Revision, outcome.Attempt);
        Require(outcome.Engine is null || MessageText.IsLine(outcome.Engine, MaxName), nameof(outcome.Engine), $"must be one line of at most {MaxName} characters");
        Why(outcome.Code, outcome.Reason);
    }

    public static void Check(RescanEnded answer)
    {
        Check(answer.AssetId, revision: 1, answer.Attempt);
        Require(answer.RunId != Guid.Empty, nameof(answer.RunId), "must be an id");
        Require(RescanVerdict.All.Contains(answer.Verdict), nameof(answer.Verdict), $"must be one of {string.Join(", ", RescanVerdict.All)}");
        Require(answer.Scanner is null ? answer.Verdict == RescanVerdict.Failed : MessageText.IsLine(answer.Scanner, MaxName), nameof(answer.Scanner), $"must be one line of at most {MaxName} characters");
        Require(answer.Signature is null ? answer.Verdict != RescanVerdict.Infected : MessageText.IsLine(answer.Signature, MaxName), nameof(answer.Signature), $"must be one line of at most {MaxName} characters");
        Require(answer.Code is null ? answer.Verdict != RescanVerdict.Failed : MessageText.IsCode(answer.Code), nameof(answer.Code), "must be 1 to 32 of a-z, 0-9 and _");
    }

    /// <summary>Checks the only fields that are used of a dead-lettered rescan.</summary>
    public static void Check(RescanRequested request)
    {
        Check(request.AssetId, revision: 1, request.Attempt);
        Require(request.RunId != Guid.Empty, nameof(request.RunId), "must be an id");
    }

    public static void Check(ProfilesAnnounced message)
    {
        Require(message.Scanner is null || MessageText.IsLine(message.Scanner, MaxName), nameof(message.Scanner), $"must be one line of at most {MaxName} characters");
        Require(MessageText.IsLine(message.Worker, MaxName), nameof(message.Worker), $"must be one line of at most {MaxName} characters");
        Require(MessageText.IsLine(message.Engine, MaxName), nameof(message.Engine), $"must be one line of at most {MaxName} characters");
        Require(message.Concurrency is >= 0 and <= MaxPlaces, nameof(message.Concurrency), $"must be 0 to {MaxPlaces}");
        Require(message.ReprocessConcurrency is >= 0 and <= MaxPlaces, nameof(message.ReprocessConcurrency), $"must be 0 to {MaxPlaces}");
        Require(message.Profiles is { Count: <= ProfileRegistry.MaxProfiles }, nameof(message.Profiles), $"must be a list of at most {ProfileRegistry.MaxProfiles}");
        Require(
            message.Profiles.All(profile => profile is not null && ProfileRegistry.IsName(profile.Name) && Hex64.Is(profile.Fingerprint)),
            nameof(message.Profiles),
            "must each have a profile's name and 16 hex digits");
    }

    /// <summary>Checks the only fields that are used of a dead-lettered request.</summary>
    public static void Check(ProcessingRequest request) => Check(request.AssetId, request.Revision, request.Attempt);

    internal static void Require(bool so, string field, string rule)
    {
        if (!so) throw new InvalidOutcomeException(field, rule);
    }

    private static void Check(Guid assetId, int revision, int attempt)
    {
        Require(assetId != Guid.Empty, "AssetId", "must be an id");
        Require(revision is >= 1 and <= MaxRevision, "Revision", $"must be 1 to {MaxRevision}");
        Require(attempt is >= 1 and <= MaxAttempt, "Attempt", $"must be 1 to {MaxAttempt}");
    }

    private static void Why(string code, string reason)
    {
        Require(MessageText.IsCode(code), "Code", "must be 1 to 32 of a-z, 0-9 and _");
        Require(MessageText.IsLine(reason, MaxSentence), "Reason", $"must be one line of at most {MaxSentence} characters");
    }
}
