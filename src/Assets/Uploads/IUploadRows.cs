using Pipeline.Assets.Batches;
using Pipeline.Assets.Events;
using Pipeline.Assets.Limits;

namespace Pipeline.Assets.Uploads;

/// <summary>The user whose uploads count together.</summary>
public readonly record struct UploadOwner(string TenantId, string UserId);

/// <summary>Writes the rows of many new uploads in one transaction; for a database that several writers share.</summary>
public interface IUploadRows
{
    /// <summary>Begins a transaction and locks these owners, as <c>AssetDbContext.LockOwnerAsync</c> does.</summary>
    /// <param name="owners">The owners.</param>
    /// <param name="waits">Whether to wait for an owner that another transaction has locked, or to leave it out.</param>
    Task<IUploadTransaction> BeginAsync(IReadOnlyCollection<UploadOwner> owners, bool waits);
}

/// <summary>A transaction; it is rolled back unless it is committed.</summary>
public interface IUploadTransaction : IAsyncDisposable
{
    /// <summary>What the locked owners have pending; an owner without a lock is missing.</summary>
    IReadOnlyDictionary<UploadOwner, PendingShare> Shares { get; }

    /// <summary>Writes the rows, and adds to the counters in their order.</summary>
    /// <returns>The counters as they are now. They stay locked until the transaction ends.</returns>
    Task<IReadOnlyList<UsageCounter>> AddAsync(IReadOnlyList<Asset> assets, IReadOnlyList<AssetEvent> events, IReadOnlyList<Batch> batches, IReadOnlyList<UsageCounter> added);

    Task CommitAsync();
}
