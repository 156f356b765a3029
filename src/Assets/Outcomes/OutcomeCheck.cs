using Pipeline.Assets.Profiles;
using Pipeline.Contracts;

namespace Pipeline.Assets.Outcomes;

/// <summary>
/// Holds a message of the bus against what a worker can send, before anything is asked of the database. A worker parses strangers' files;
/// an attacker who controls a worker must not get own texts, keys or numbers into rows and pages.
/// </summary>
/// <remarks>
/// Each throws <see cref="InvalidOutcomeException"/>. Codes are held to a shape and not to a list: a newer worker may know one more, and its
/// outcome must not be lost while the hosts are upgraded; a code is only shown. Formats and media types are held to a list, since what a browser
/// is sent follows from them; the API is upgraded first.
/// </remarks>
internal static class OutcomeCheck
{
    private const int MaxRevision = 1_000_000;
    private const int MaxAttempt = 10_000;
    private const int MaxPlaces = 10_000;

    /// <summary>Of programs and machines; a worker's own limits are below it.</summary>
    private const int MaxName = 256;

    private const int MaxSentence = 2_000;

    public static void Check(ProcessingStarted news)
    {
        Check(news.AssetId, news.Revision, news.Attempt);
        Require(MessageText.IsLine(news.Worker, MaxName), nameof(news.Worker), $"must be one line of at most {MaxName} characters");
    }

    public static void Check(ProcessingContinues news) => Check(news.AssetId, news.Revision, news.Attempt);

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
        Why(outcome.Code, outcome.Reason);
    }

    public static void Check(ProfilesAnnounced news)
    {
        Require(MessageText.IsLine(news.Worker, MaxName), nameof(news.Worker), $"must be one line of at most {MaxName} characters");
        Require(MessageText.IsLine(news.Engine, MaxName), nameof(news.Engine), $"must be one line of at most {MaxName} characters");
        Require(news.Concurrency is >= 0 and <= MaxPlaces, nameof(news.Concurrency), $"must be 0 to {MaxPlaces}");
        Require(news.ReprocessConcurrency is >= 0 and <= MaxPlaces, nameof(news.ReprocessConcurrency), $"must be 0 to {MaxPlaces}");
        Require(news.Profiles is { Count: <= ProfileRegistry.MaxProfiles }, nameof(news.Profiles), $"must be a list of at most {ProfileRegistry.MaxProfiles}");
        Require(
            news.Profiles.All(profile => profile is not null && ProfileRegistry.IsName(profile.Name) && Hex64.Is(profile.Fingerprint)),
            nameof(news.Profiles),
            "must each have a profile's name and 16 hex digits");
    }

    /// <summary>Of a request that comes back as poison only this is used.</summary>
    public static void Check(IProcessingRequest request) => Check(request.AssetId, request.Revision, request.Attempt);

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
