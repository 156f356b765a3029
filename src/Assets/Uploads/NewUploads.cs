using Pipeline.Assets.Batches;
using Pipeline.Assets.Events;
using Pipeline.Assets.Grouping;

namespace Pipeline.Assets.Uploads;

/// <summary>The rows that one request for uploads adds, and its end.</summary>
internal sealed class NewUploads
{
    private readonly GroupedAnswer<NotAdded?> _answer = new();

    public NewUploads(IReadOnlyList<Asset> assets, Batch? batch, CancellationToken cancellationToken)
    {
        (Assets, Batch, Cancelled, Bytes) = (assets, batch, cancellationToken, assets.Sum(a => a.Size));
        foreach (var asset in assets) asset.PlanManifest();
        Events = [.. assets.SelectMany(asset => asset.TakeEvents())];
    }

    public IReadOnlyList<Asset> Assets { get; }

    public IReadOnlyList<AssetEvent> Events { get; }

    public Batch? Batch { get; }

    public CancellationToken Cancelled { get; }

    public long Bytes { get; }

    public UploadOwner Owner => new(Assets[0].TenantId, Assets[0].OwnerId);

    /// <summary>Null once the uploads were added.</summary>
    public Task<NotAdded?> End => _answer.Task.WaitAsync(Cancelled);

    public void Ended(NotAdded? why) => _answer.Set(why);

    /// <summary>The request throws this exception.</summary>
    /// <returns>True.</returns>
    public bool Fail(Exception exception) => _answer.Fail(exception);
}
