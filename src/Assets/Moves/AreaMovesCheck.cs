using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Hosting.Diagnosis;
using Pipeline.Storage;

namespace Pipeline.Assets.Moves;

/// <summary>Says what to do after a switch, and which hosts do not write to both stores.</summary>
internal sealed class AreaMovesCheck(AssetDbContext db, StorageAreas areas, MoveReadiness readiness, TimeProvider time) : IDiagnosticCheck
{
    public string Name => "moves";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var moves = await db.AreaMoves.AsNoTracking().Where(m => m.State == MoveState.Switched).OrderBy(m => m.Area).ToListAsync(cancellationToken);
        if (moves.Count == 0) return [Finding.Ok(Name, "No area is between two stores.")];
        var found = new List<Finding>();
        foreach (var move in moves) found.Add(await CheckAsync(move, cancellationToken));
        return found;
    }

    private async Task<Finding> CheckAsync(AreaMove move, CancellationToken cancellationToken)
    {
        var check = $"{Name} {move.Area}";
        var fix = $"Give the area {move.Area} the settings of `Storage:Targets:{move.Target}`, or set AlsoWriteTo to {move.Target}, on all servers and workers.";
        if (areas.OwnLocations.GetValueOrDefault(move.Area) == move.Location) return Finding.Ok(check, $"It is at {move.Location} by now.");
        if (areas.Targets.GetValueOrDefault(move.Area) is not { } target || target.Location != move.Location) return Finding.Fail(check, AreaMovesSync.Missing(move), fix);
        if (await readiness.WorkersAsync(MoveArea.Named(move.Area)!, target, cancellationToken) is { } lacking) return Finding.Fail(check, lacking.Because, fix);
        var left = move.SwitchedAt + AreaMove.BackFor - time.GetUtcNow();
        return left > TimeSpan.Zero
            ? Finding.Ok(check, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"It is read from {move.Target}; --back works for {left.Value.TotalDays:0.0} more days."))
            : Finding.Warn(check, $"It was switched to {move.Target} more than {AreaMove.BackFor.TotalDays:0} days ago, and writes still go to both stores.", $"End the move: docs/runs.md, Migrate. {fix}");
    }
}
