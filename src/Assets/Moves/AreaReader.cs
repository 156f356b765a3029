using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.Assets.Moves;

/// <param name="Area">The area.</param>
/// <param name="WritesTo">The target to which this server also writes; null for none.</param>
/// <param name="ReadFrom">The target from which it is read; null for its own store.</param>
/// <param name="State">One of <see cref="MoveState"/>; null if it never moved.</param>
/// <param name="SwitchedAt">When it was switched.</param>
/// <param name="BackUntil">Until when it can go back.</param>
public sealed record AreaView(string Area, string? WritesTo, string? ReadFrom, string? State, DateTimeOffset? SwitchedAt, DateTimeOffset? BackUntil);

/// <summary>Shows where the areas are.</summary>
public sealed class AreaReader(AssetDbContext db, StorageAreas areas)
{
    /// <summary>The areas that can move.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. MoveArea.All.Select(area => area.Name)];

    public async Task<IReadOnlyList<AreaView>> ReadAsync(CancellationToken cancellationToken)
    {
        var moves = await db.AreaMoves.AsNoTracking().ToDictionaryAsync(m => m.Area, StringComparer.Ordinal, cancellationToken);
        return [.. MoveArea.All.Select(area => View(area.Name, moves.GetValueOrDefault(area.Name)))];
    }

    public AreaView View(string area, AreaMove? move) => new(
        area, areas.Targets.GetValueOrDefault(area)?.Name, move is { State: MoveState.Switched } ? move.Target : null, move?.State, move?.SwitchedAt,
        move is { State: MoveState.Switched, SwitchedAt: { } at } ? at + AreaMove.BackFor : null);
}
