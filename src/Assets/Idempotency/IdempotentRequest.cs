using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Idempotency;

/// <summary>Another request with the same key has made something since this one looked, or makes it at this moment.</summary>
public sealed class IdempotencyKeyTakenException() : Exception("Another request has the same idempotency key.");

/// <summary>
/// The request that a use case serves. A use case that makes something begins its transaction here and records what it makes, so that a repeat
/// of the request finds it. Without a key both do nothing more than a plain transaction.
/// </summary>
public sealed class IdempotentRequest(AssetDbContext db, IOptions<IdempotencyOptions> options, TimeProvider time)
{
    /// <summary>The key that the client sent; null without one.</summary>
    public IdempotencyKey? Key { get; set; }

    /// <summary>Begins the transaction. Call it before anything is locked.</summary>
    /// <exception cref="IdempotencyKeyTakenException">The key is taken. Nothing was begun.</exception>
    public async Task<IDbContextTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (Key is null) return transaction;
        var isFree = false;
        try
        {
            // The look comes after the lock: what the last holder of the lock has committed is visible then.
            isFree = await db.TryLockAsync(Key.LockName, cancellationToken) && await FindAsync(Key, cancellationToken) is null;
            if (!isFree) throw new IdempotencyKeyTakenException();
            await OfKey(Key).ExecuteDeleteAsync(cancellationToken);
            return transaction;
        }
        finally
        {
            if (!isFree) await transaction.DisposeAsync();
        }
    }

    /// <summary>Adds the record to the changes that the transaction saves next.</summary>
    /// <param name="resourceId">What the request makes.</param>
    /// <param name="number">A number to repeat.</param>
    /// <param name="at">The time of the change, if a repeat tells it; null for now.</param>
    public void Record(Guid resourceId, int? number = null, DateTimeOffset? at = null)
    {
        if (Key is not null) db.IdempotencyRecords.Add(new IdempotencyRecord(Key, resourceId, number, at ?? time.GetUtcNow()));
    }

    /// <summary>Deletes the record, because the request failed after all and can be sent again.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        if (Key is not null) await OfKey(Key).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>The record of an earlier request with this key; null if there is none, or if it is too old.</summary>
    public Task<IdempotencyRecord?> FindAsync(IdempotencyKey key, CancellationToken cancellationToken)
    {
        var cutoff = options.Value.Cutoff(time.GetUtcNow());
        return OfKey(key).AsNoTracking().SingleOrDefaultAsync(r => r.CreatedAt > cutoff, cancellationToken);
    }

    private IQueryable<IdempotencyRecord> OfKey(IdempotencyKey key) => db.IdempotencyRecords
        .Where(r => r.TenantId == key.Caller.TenantId && r.UserId == key.Caller.UserId && r.Route == key.Route && r.Key == key.Key);
}
