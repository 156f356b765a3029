using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Moves;

/// <summary>The move of an area to another store. One row for each area that ever moved; all instances read it every few seconds.</summary>
public sealed class AreaMove
{
    /// <summary>Most characters of <see cref="Location"/>.</summary>
    public const int MaxLocation = 512;

    /// <summary>For how long an area can go back after a switch.</summary>
    public static readonly TimeSpan BackFor = TimeSpan.FromDays(7);

    /// <summary>The area.</summary>
    public required string Area { get; init; }

    /// <summary>The name of the target.</summary>
    public required string Target { get; set; }

    /// <summary>Where the target is.</summary>
    public required string Location { get; set; }

    /// <summary>One of <see cref="MoveState"/>.</summary>
    public required string State { get; set; }

    /// <summary>When the area was switched; null if it is read from its own store.</summary>
    public DateTimeOffset? SwitchedAt { get; set; }

    internal static void Configure(EntityTypeBuilder<AreaMove> move)
    {
        move.ToTable("area_moves");
        move.HasKey(m => m.Area);
        move.Property(m => m.Area).HasMaxLength(16);
        move.Property(m => m.Target).HasMaxLength(32);
        move.Property(m => m.Location).HasMaxLength(MaxLocation);
        move.Property(m => m.State).HasMaxLength(16);
    }
}

/// <summary>The states of a move. The strings are part of the HTTP API and of the table.</summary>
public static class MoveState
{
    /// <summary>The area is read from its own store.</summary>
    public const string Copying = "copying";

    /// <summary>The area is read from the target.</summary>
    public const string Switched = "switched";

    /// <summary>The configuration of an instance names the target as the area's own store.</summary>
    public const string Ended = "ended";

    public static IReadOnlyList<string> All { get; } = [Copying, Switched, Ended];
}
