using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Events;

/// <summary>Lets one stream be opened once by a URL, for clients that cannot send a header.</summary>
public sealed class StreamTicket
{
    /// <summary>Longest path of a stream, in characters.</summary>
    public const int MaxStream = 128;

    /// <summary>SHA-256 of the ticket in hex; the ticket itself is not stored.</summary>
    public required string Hash { get; init; }

    public required string TenantId { get; init; }

    public required string OwnerId { get; init; }

    /// <summary>The path of the stream that it opens.</summary>
    public required string Stream { get; init; }

    /// <summary>When the ticket expires.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When the token expires that the ticket was issued for; the stream ends then.</summary>
    public required DateTimeOffset TokenExpiresAt { get; init; }

    internal static void Configure(EntityTypeBuilder<StreamTicket> ticket)
    {
        ticket.ToTable("stream_tickets");
        ticket.HasKey(t => t.Hash);
        ticket.Property(t => t.Hash).HasMaxLength(64);
        ticket.Property(t => t.TenantId).HasMaxLength(Caller.MaxTenantLength);
        ticket.Property(t => t.OwnerId).HasMaxLength(128);
        ticket.Property(t => t.Stream).HasMaxLength(StreamTicket.MaxStream);
        ticket.HasIndex(t => t.ExpiresAt);
    }
}
