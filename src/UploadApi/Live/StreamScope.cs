using Pipeline.Assets;
using Pipeline.Assets.Events;

namespace Pipeline.UploadApi.Live;

/// <summary>Which of its user's events a stream shows.</summary>
internal sealed record StreamScope
{
    private const string Assets = "assets";
    private const string Batches = "batches";

    private StreamScope(string? folder, Guid id) => (Folder, Id) = (folder, id);

    /// <summary>All events of the user.</summary>
    public static StreamScope Own { get; } = new(null, Guid.Empty);

    public bool IsAsset => Folder == Assets;

    public bool IsBatch => Folder == Batches;

    /// <summary>The asset or the batch.</summary>
    public Guid Id { get; }

    /// <summary>The path of the stream, in one spelling.</summary>
    public string Path => Folder is null ? "/api/events/stream" : $"/api/{Folder}/{Id}/events";

    private string? Folder { get; }

    public static StreamScope OfAsset(Guid id) => new(Assets, id);

    public static StreamScope OfBatch(Guid id) => new(Batches, id);

    /// <returns>Null if the path is not that of a stream.</returns>
    public static StreamScope? Parse(string? path) => path?.TrimEnd('/').Split('/', 6) switch
    {
        ["", "api", "events", "stream"] => Own,
        ["", "api", Assets, var id, "events"] when Guid.TryParseExact(id, "D", out var asset) => OfAsset(asset),
        ["", "api", Batches, var id, "events"] when Guid.TryParseExact(id, "D", out var batch) => OfBatch(batch),
        _ => null,
    };

    /// <param name="subject">The asset, batch or webhook of an event.</param>
    /// <param name="batchId">The batch of the asset.</param>
    public bool Includes(Guid subject, Guid? batchId) => Folder is null || subject == Id || (IsBatch && batchId == Id);

    /// <summary>The events that the feed delivers to this caller's stream.</summary>
    public IQueryable<AssetEvent> Of(IQueryable<AssetEvent> events, Caller caller)
    {
        var (id, delivered) = (Id, events.Where(e => e.TenantId == caller.TenantId && e.OwnerId == caller.UserId && e.Position > 0));
        return IsAsset ? delivered.Where(e => e.AssetId == id)
            : IsBatch ? delivered.Where(e => e.BatchId == id || e.AssetId == id)
            : delivered;
    }
}
