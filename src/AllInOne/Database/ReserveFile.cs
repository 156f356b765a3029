using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Pipeline.Storage.Disk;

namespace Pipeline.AllInOne.Database;

/// <summary>
/// A file that does nothing but take up room, until the disk is full: then it goes, and the database has room for what empties the disk again.
/// Whoever deletes wants a row changed first, and SQLite writes that to its log.
/// </summary>
internal sealed class ReserveFile(string folder) : SaveChangesInterceptor
{
    private const int Piece = 1024 * 1024;
    private const int Pieces = 16;
    private const long Weight = Piece * (long)Pieces;

    // What some thousand changed rows, or one log written back, may take at the most.
    private const long Low = 4 * Piece;

    private readonly Lock _gate = new();
    private readonly string _path = Path.Combine(folder, "ballast");

    /// <summary>Lets go of it if there is hardly any room, and takes it in again once there is.</summary>
    public void Settle()
    {
        var free = DiskSpace.FreeBytes(folder);
        if (free is >= Low and < 2 * Weight) return;
        lock (_gate)
        {
            var isHeld = File.Exists(_path);
            if (free < Low && isHeld) File.Delete(_path);
            else if (free >= 2 * Weight && !isHeld) Take();
        }
    }

    /// <inheritdoc />
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Settle();
        return result;
    }

    /// <inheritdoc />
    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Settle();
        return ValueTask.FromResult(result);
    }

    private void Take()
    {
        var draft = $"{_path}.{Guid.NewGuid():N}";
        try
        {
            // Random, as some file systems keep zeros in no room at all.
            using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
                for (var i = 0; i < Pieces; i++) file.Write(RandomNumberGenerator.GetBytes(Piece));
            File.Move(draft, _path, overwrite: true);
        }
        catch (IOException)
        {
            // Filled by others meanwhile; the next change tries again.
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
