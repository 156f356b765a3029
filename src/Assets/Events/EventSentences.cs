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
        AssetEventKind.Rebuilt => "The row was lost, and was made again from the manifest beside the original.",
        AssetEventKind.Kept => "The owner keeps the asset, which was temporary.",
        AssetEventKind.Deleted when data is DeletedData { IsTimeOver: true } => "The asset was temporary, and its time was over.",
        AssetEventKind.Deleted when data is DeletedData { IsRestored: true } => "A restored table had brought the asset back; it is erased again.",
        AssetEventKind.Deleted => "The owner deleted the asset.",
        AssetEventKind.Erased => "All objects of this asset that were found are deleted.",
        AssetEventKind.BatchCompleted => "All assets of the batch are final.",
        AssetEventKind.WebhookPaused => "The webhook is paused, because it has only failed for days.",
        _ => Details(line, data),
    };

    private static string Details(AssetEvent line, EventData? data) => data switch
    {
        CreatedData { SizeIsBound: true } created => $"An upload of at most {created.Size} bytes of {created.ContentType} was requested.",
        CreatedData created => $"An upload of {created.Size} bytes of {created.ContentType} was requested.",
        StartedData { Worker: { } worker } => $"Attempt {line.Attempt} began on {worker}.",
        StartedData => $"Attempt {line.Attempt} began.",
        ScannedData { IsClean: true } scanned => $"Scanned by {scanned.Scanner}: clean.",
        ScannedData scanned => $"Scanned by {scanned.Scanner}.",
        TypeDiffersData type => $"The upload claimed {type.Claimed}, but its bytes are {type.Found}; it was processed as that.",
        ReadyData { Engine.Length: 0 } ready => $"{ready.Variants} variants of recipe {ready.Recipe} are in the store from before the table was restored.",
        ReadyData ready => $"{ready.Variants} variants of recipe {ready.Recipe} were published, made by {ready.Engine}.",
        RejectedData rejected => $"{rejected.Code}: {rejected.Reason}",
        AttemptFailedData failed when line.Kind == AssetEventKind.Failed => $"Attempt {line.Attempt}, the last: {failed.Code}: {failed.Reason}",
        AttemptFailedData { IsIsolated: true } failed => $"Attempt {line.Attempt}: {failed.Code}: {failed.Reason} The next attempt follows at once, apart from other files.",
        AttemptFailedData { RetrySeconds: { } seconds } failed => $"Attempt {line.Attempt}: {failed.Code}: {failed.Reason} The next attempt follows in {seconds:0} s.",
        AttemptFailedData failed => $"Attempt {line.Attempt}: {failed.Code}: {failed.Reason}",
        FocalPointData { X: { } x, Y: { } y } => FormattableString.Invariant($"The focal point is {x:0.####} from the left and {y:0.####} from the top."),
        FocalPointData => "The focal point was unset.",
        VisibilityData visible when line.Kind == AssetEventKind.Moved => $"The variants are in the {visible.Visibility} area.",
        VisibilityData visible => $"The asset is {visible.Visibility}.",
        SharedData shared => $"User '{shared.UserId}' got a URL of the original, valid for {shared.Seconds} s.",
        RevisionData back when line.Kind == AssetEventKind.RolledBack => $"Revision {back.Requested} is shown again in place of revision {back.After}.",
        RevisionData { After: { } after } next => $"Revision {next.Requested} was requested; it begins when revision {after} has ended.",
        RevisionData next => $"Revision {next.Requested} was requested.",
        _ => "The details of this event cannot be read.",
    };
}
