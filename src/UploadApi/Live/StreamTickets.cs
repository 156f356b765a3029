using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;

namespace Pipeline.UploadApi.Live;

/// <summary>Issues and redeems tickets. Only their hashes are stored, so that a reader of the database can open no stream.</summary>
internal sealed class StreamTickets(AssetDbContext db, TimeProvider time)
{
    /// <summary>How long a ticket can be redeemed.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    private const int Bytes = 32;

    /// <summary>Length of a ticket in base64url.</summary>
    private const int Length = 43;

    /// <returns>The ticket, and when it expires.</returns>
    public async Task<(string Ticket, DateTimeOffset ExpiresAt)> IssueAsync(
        Caller caller, StreamScope scope, DateTimeOffset tokenExpiresAt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await db.StreamTickets.Where(t => t.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        var ticket = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        var issued = new StreamTicket
        {
            Hash = HashOf(ticket),
            TenantId = caller.TenantId,
            OwnerId = caller.UserId,
            Stream = scope.Path,
            ExpiresAt = now + Life,
            TokenExpiresAt = tokenExpiresAt,
        };
        db.StreamTickets.Add(issued);
        await db.SaveChangesAsync(cancellationToken);
        return (ticket, issued.ExpiresAt);
    }

    /// <summary>Uses a ticket up.</summary>
    /// <returns>Null if it is unknown, used, expired or for another stream.</returns>
    public async Task<StreamTicket?> RedeemAsync(string? ticket, StreamScope scope, CancellationToken cancellationToken)
    {
        if (ticket is not { Length: Length }) return null;
        var (hash, now, path) = (HashOf(ticket), time.GetUtcNow(), scope.Path);
        var found = await db.StreamTickets.AsNoTracking().SingleOrDefaultAsync(t => t.Hash == hash && t.Stream == path && t.ExpiresAt > now, cancellationToken);

        // Of two requests with one ticket only one deletes the row.
        return found is not null && await db.StreamTickets.Where(t => t.Hash == hash).ExecuteDeleteAsync(cancellationToken) == 1 ? found : null;
    }

    private static string HashOf(string ticket) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ticket)));
}
