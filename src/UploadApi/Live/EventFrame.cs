using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Assets;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Events;

namespace Pipeline.UploadApi.Live;

/// <summary>One message of a stream, encoded once for all readers.</summary>
/// <param name="Bytes">As it is sent.</param>
internal sealed record EventFrame(byte[] Bytes)
{
    public static readonly EventFrame Retry = new("retry: 2000\n\n"u8.ToArray());

    /// <summary>A comment, so that proxies do not end an idle stream.</summary>
    public static readonly EventFrame Heartbeat = new(":\n\n"u8.ToArray());

    public static readonly EventFrame End = new("event: end\ndata: {}\n\n"u8.ToArray());

    /// <summary>Also makes the client forget its last id, or it would send that id again.</summary>
    public static readonly EventFrame Reset = new("event: reset\nid:\ndata: {}\n\n"u8.ToArray());

    /// <summary>The asset, batch or webhook; empty for a message that is not an event of the feed.</summary>
    public Guid Subject { get; private init; }

    public int Sequence { get; private init; }

    /// <summary>Whether nothing follows for this subject unless somebody asks for it.</summary>
    public bool IsLast { get; private init; }

    /// <summary>An event of the feed.</summary>
    public static EventFrame Of(EventDocument document)
    {
        var status = StatusOf(document);
        var body = new StatusEvent(document.Id, document.Type, document.Source.At, document.Source.Sequence, status, Step: null, document.Data);
        return Status(body, document.Id) with
        {
            Subject = document.Source.AssetId,
            Sequence = document.Source.Sequence,
            IsLast = document.Type == EventType.BatchCompleted || (document.Type is not (EventType.Queued or EventType.Processing) && IsFinal(document.Data)),
        };
    }

    /// <summary>A step of the work on an asset. It has no id, because nobody can resume from it.</summary>
    public static EventFrame Of(StepReport report, DateTimeOffset at) => Status(
        new StatusEvent(Id: null, EventType.Processing, at, Sequence: null, AssetView.Word(report.Status), report.Step, new { id = report.AssetId, report.Revision }), resumeFrom: null);

    /// <summary>A state, or a step of the processing.</summary>
    /// <param name="body">The data.</param>
    /// <param name="resumeFrom">The event from which a client resumes after it; null leaves the client's last id as it is.</param>
    public static EventFrame Status(StatusEvent body, string? resumeFrom)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(body, EventDocuments.Json);
        return new EventFrame([.. Encoding.ASCII.GetBytes(resumeFrom is null ? "event: status\ndata: " : $"event: status\nid: {resumeFrom}\ndata: "), .. json, .. "\n\n"u8]);
    }

    /// <summary>Sets only the event from which a client resumes.</summary>
    public static EventFrame ResumeFrom(string id) => new(Encoding.ASCII.GetBytes($"id: {id}\n\n"));

    private static string StatusOf(EventDocument document) => document.Type switch
    {
        EventType.BatchCompleted => "completed",
        EventType.WebhookPaused => "paused",

        // An event of a deleted asset is empty.
        var type => document.Data["status"]?.ToString() ?? type[(type.IndexOf('.', StringComparison.Ordinal) + 1)..],
    };

    private static bool IsFinal(JsonObject asset) =>
        asset["work"] is null && Enum.TryParse<AssetStatus>(asset["status"]?.ToString(), ignoreCase: true, out var status) && status.IsFinal();
}

/// <summary>The data of a <c>status</c> event: the event as on all roads, with the status and the step beside it.</summary>
/// <param name="Id">The event; for a state the last event of the asset. Null if there is none.</param>
/// <param name="Type">One of <see cref="EventType"/>, or <c>asset.pending</c> for the state of an upload that is not confirmed.</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Sequence">Counts upwards for each subject; null for a step.</param>
/// <param name="Status">The status of the asset or batch.</param>
/// <param name="Step">The step that a worker has begun.</param>
/// <param name="Data">The asset or batch.</param>
internal sealed record StatusEvent(string? Id, string Type, DateTimeOffset Timestamp, int? Sequence, string Status, string? Step, object Data);
