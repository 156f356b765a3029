namespace Pipeline.Assets.Events;

/// <summary>Makes the sentence of an event for people. Only here, so that a wording never has to be migrated.</summary>
public static class EventSentences
{
    public static string Sentence(this AssetEvent line)
    {
        var data = EventData.Parse(line.Kind, line.Data);
        return data?.Text ?? Sentence(line, data);
    }

    private static string Sentence(AssetEvent line, EventData? data) => line.Kind switch
    {
        AssetEventKind.Confirmed => "The upload has arrived.",
        AssetEventKind.Expired => "The upload was not confirmed in time.",
        AssetEventKind.Dispatched => $"Revision {line.Revision}, attempt {line.Attempt}: the bus has accepted the request.",
        AssetEventKind.Requeued => "No worker accepted the request; it is published again.",
        AssetEventKind.RevisionFollows => $"Revision {line.Revision} begins; it was requested while the one before was in flight.",
        AssetEventKind.Deleted => "The owner deleted the asset.",
        AssetEventKind.Erased => "All objects of this asset that were found are deleted.",
        _ => Details(line, data),
    };

    private static string Details(AssetEvent line, EventData? data) => data switch
    {
        CreatedData created => $"An upload of {created.Size} bytes of {created.ContentType} was requested.",
        StartedData started => $"Attempt {line.Attempt} began on {started.Worker}.",
        ScannedData { IsClean: true } scanned => $"Scanned by {scanned.Scanner}: clean.",
        ScannedData scanned => $"Scanned by {scanned.Scanner}.",
        TypeDiffersData type => $"The upload claimed {type.Claimed}, but its bytes are {type.Found}; it was processed as that.",
        ReadyData ready => $"{ready.Variants} variants of recipe {ready.Recipe} were published, made by {ready.Engine}.",
        RejectedData rejected => $"{rejected.Code}: {rejected.Reason}",
        AttemptFailedData failed when line.Kind == AssetEventKind.Failed => $"Attempt {line.Attempt}, the last: {failed.Code}: {failed.Reason}",
        AttemptFailedData { IsIsolated: true } failed => $"Attempt {line.Attempt}: {failed.Code}: {failed.Reason} The next attempt follows at once, apart from other files.",
        AttemptFailedData { RetrySeconds: { } seconds } failed => $"Attempt {line.Attempt}: {failed.Code}: {failed.Reason} The next attempt follows in {seconds:0} s.",
        AttemptFailedData failed => $"Attempt {line.Attempt}: {failed.Code}: {failed.Reason}",
        FocalPointData { X: { } x, Y: { } y } => FormattableString.Invariant($"The focal point is {x:0.####} from the left and {y:0.####} from the top."),
        FocalPointData => "The focal point was unset.",
        RevisionData { After: { } after } next => $"Revision {next.Requested} was requested; it begins when revision {after} has ended.",
        RevisionData next => $"Revision {next.Requested} was requested.",
        _ => "The details of this event cannot be read.",
    };
}
