namespace Pipeline.Assets.Batches;

/// <summary>Uploads that were requested together. Their order is <see cref="Asset.BatchIndex"/>.</summary>
public sealed class Batch
{
    private Batch() { }

    public Batch(Guid id, Caller caller, int total, DateTimeOffset now) =>
        (Id, TenantId, OwnerId, Total, CreatedAt) = (id, caller.TenantId, caller.UserId, total, now);

    public Guid Id { get; private set; }

    /// <summary>The tenant of the owner.</summary>
    public string TenantId { get; private set; } = "";

    /// <summary>The user who requested the uploads.</summary>
    public string OwnerId { get; private set; } = "";

    /// <summary>How many uploads were requested.</summary>
    public int Total { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When the last asset became final; null before. Set once, whatever becomes of the assets later.</summary>
    public DateTimeOffset? CompletedAt { get; private set; }

    /// <summary>What came of the assets; null until they all are final.</summary>
    public BatchOutcome? Outcome { get; private set; }

    /// <summary>The lost batch of an asset that was made again. It is completed, so that its event is not sent once more.</summary>
    internal static Batch Rebuild(Guid id, Asset asset, int total, DateTimeOffset createdAt) => new()
    {
        Id = id,
        TenantId = asset.TenantId,
        OwnerId = asset.OwnerId,
        Total = total,
        CreatedAt = createdAt,
        CompletedAt = asset.ReadyAt ?? asset.UpdatedAt,
        Outcome = BatchOutcome.SomeReady,
    };

    /// <summary>All assets are final.</summary>
    internal void Complete(BatchOutcome outcome, DateTimeOffset now) => (Outcome, CompletedAt) = (outcome, now);
}

/// <summary>How a batch ended. Stored by name, and shown in snake case.</summary>
public enum BatchOutcome
{
    /// <summary>Each asset was ready.</summary>
    AllReady,

    /// <summary>At least one asset was ready, and at least one was not.</summary>
    SomeReady,

    /// <summary>No asset was ready.</summary>
    NoneReady,
}
