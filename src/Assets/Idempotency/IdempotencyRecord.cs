using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Idempotency;

/// <summary>A key of a request, scoped by its user and its route.</summary>
/// <param name="Caller">The user.</param>
/// <param name="Route">The name of the route.</param>
/// <param name="Key">The key from the client, without quotes.</param>
/// <param name="BodyHash">SHA-256 in lower-case hex of what the request asks for.</param>
public sealed record IdempotencyKey(Caller Caller, string Route, string Key, string BodyHash)
{
    /// <summary>Longest key, in characters.</summary>
    public const int MaxLength = 255;

    /// <summary>Names the key in the database.</summary>
    internal string LockName => $"{Caller.TenantId}/{Route}/{Key}/{Caller.UserId}";
}

/// <summary>
/// Says what a request with a key has made. It is stored in the transaction that made it, so after a crash there are both or neither. It holds
/// ids only: URLs are signed again for each repeat, and secrets are never repeated.
/// </summary>
public sealed class IdempotencyRecord
{
    private IdempotencyRecord() { }

    internal IdempotencyRecord(IdempotencyKey key, Guid resourceId, int? number, DateTimeOffset now)
    {
        (TenantId, UserId, Route, Key, BodyHash) = (key.Caller.TenantId, key.Caller.UserId, key.Route, key.Key, key.BodyHash);
        (ResourceId, Number, CreatedAt) = (resourceId, number, now);
    }

    public string TenantId { get; private set; } = "";

    public string UserId { get; private set; } = "";

    public string Route { get; private set; } = "";

    public string Key { get; private set; } = "";

    public string BodyHash { get; private set; } = "";

    /// <summary>The asset, the batch, the webhook or the run.</summary>
    public Guid ResourceId { get; private set; }

    /// <summary>A number that was answered, such as the revision; null if there was none.</summary>
    public int? Number { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    internal static void Configure(EntityTypeBuilder<IdempotencyRecord> record)
    {
        record.ToTable("idempotency_records");
        record.HasKey(r => new { r.TenantId, r.UserId, r.Route, r.Key });
        record.Property(r => r.TenantId).HasMaxLength(Caller.MaxTenantLength);
        record.Property(r => r.UserId).HasMaxLength(128);
        record.Property(r => r.Route).HasMaxLength(64);
        record.Property(r => r.Key).HasMaxLength(IdempotencyKey.MaxLength);
        record.Property(r => r.BodyHash).HasMaxLength(64);
        record.HasIndex(r => r.CreatedAt);
    }
}
