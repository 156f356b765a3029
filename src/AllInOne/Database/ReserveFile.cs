using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Pipeline.Storage.Disk;

namespace Pipeline.AllInOne.Database;

/// <summary>
/// A file that reserves free space. When the disk is full it is deleted, so that the database can write what frees the disk again: a delete
/// first changes a row, and SQLite writes that change to its log.
/// </summary>
internal sealed class ReserveFile(string folder) : SaveChangesInterceptor
{
    private const int Piece = 1024 * 1024;
    private const int Pieces = 16;
    private const long Weight = Piece * (long)Pieces;

    // Upper bound for some thousand changed rows or for one log checkpoint.
    private const long Low = 4 * Piece;

    private readonly Lock _gate = new();
    private readonly string _path = Path.Combine(folder, "ballast");

    /// <summary>Deletes the file when free space is nearly used up, and creates it again once there is enough.</summary>
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
        var staged = $"{_path}.{Guid.NewGuid():N}";
        try
        {
            // Random bytes, because some file systems store zeros without using disk space.
            using (var file = new FileStream(staged, FileMode.CreateNew, FileAccess.Write))
                for (var i = 0; i < Pieces; i++) file.Write(RandomNumberGenerator.GetBytes(Piece));
            File.Move(staged, _path, overwrite: true);
        }
        catch (IOException)
        {
            // Other programs filled the disk meanwhile; the next change tries again.
        }
        finally
        {
            File.Delete(staged);
        }
    }
}
