using System.Text;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Reconciliation;
using Pipeline.Storage;

namespace Pipeline.Assets.Installations;

/// <summary>Whose objects an area holds, by its mark.</summary>
public enum AreaOwner
{
    /// <summary>The mark has the id of this installation.</summary>
    Ours,

    /// <summary>The mark has the id of another installation.</summary>
    Other,

    /// <summary>There is no mark, and most objects that were looked at are not in the table.</summary>
    Unknown,

    /// <summary>There is no mark, and the key may not write one.</summary>
    NotMarked,
}

/// <summary>
/// The marks of the areas: small objects with the id of the installation. An area without one is marked only if it is empty, or if the table knows most
/// of the objects that a look at it shows: so a table of another installation marks nothing that is not its own.
/// </summary>
public sealed class InstallationMarks(AssetDbContext db, StorageAreas areas, TimeProvider time)
{
    private const int Sample = 100;
    private const int MaxBytes = 64;

    /// <summary>The id of this installation, which is made at the first call.</summary>
    public async Task<Guid> IdAsync(CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            if (await db.Installations.AsNoTracking().SingleOrDefaultAsync(i => i.Id == Installation.Row, cancellationToken) is { } known) return known.InstallationId;
            db.ChangeTracker.Clear();
            db.Installations.Add(new Installation { Id = Installation.Row, InstallationId = Guid.NewGuid(), CreatedAt = time.GetUtcNow() });
            try
            {
                await db.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateException e) when (tries == 0 && e.InnerException is DbException fault && db.IsDuplicate(fault))
            {
                // Another instance was faster.
            }

            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Reads the mark of the area, and writes it if there is none and the area is ours.</summary>
    public Task<AreaOwner> OwnerAsync(ReconcileArea area, CancellationToken cancellationToken) => OwnerAsync(area, OwnStoreOf(area), cancellationToken);

    /// <summary>The same for another store of the area.</summary>
    public async Task<AreaOwner> OwnerAsync(ReconcileArea area, IObjectStore store, CancellationToken cancellationToken)
    {
        var id = await IdAsync(cancellationToken);
        if (await ReadAsync(store, area.Mark, cancellationToken) is { } mark) return mark == Text(id) ? AreaOwner.Ours : AreaOwner.Other;
        if (!await IsOursAsync(area, store, cancellationToken)) return AreaOwner.Unknown;
        try
        {
            var body = Encoding.ASCII.GetBytes(Text(id));
            await using var content = new MemoryStream(body);
            await store.WriteAsync(area.Mark, content, body.Length, new WriteOptions { ContentType = "text/plain", IfAbsent = true }, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return AreaOwner.NotMarked;
        }

        // The mark that the store has now.
        return await ReadAsync(store, area.Mark, cancellationToken) == Text(id) ? AreaOwner.Ours : AreaOwner.Other;
    }

    // A mark says whose store it lies in, so it never goes to the target of a move as well.
    private IObjectStore OwnStoreOf(ReconcileArea area) => areas.Targets.GetValueOrDefault(area.Name)?.Own ?? area.StoreOf(areas);

    private async Task<bool> IsOursAsync(ReconcileArea area, IObjectStore store, CancellationToken cancellationToken)
    {
        var seen = new List<ObjectKey>();
        await foreach (var found in store.ListAsync(area.Prefix, cancellationToken))
        {
            if (!area.IsKept(found.Key)) seen.Add(found.Key);
            if (seen.Count == Sample) break;
        }

        if (seen.Count == 0) return true;
        var known = await area.AssetsOfAsync(db, seen, cancellationToken);
        var ids = known.Values.Distinct().ToList();
        var rows = await db.Assets.Where(a => ids.Contains(a.Id)).Select(a => a.Id).ToHashSetAsync(cancellationToken);
        return seen.Count(key => known.TryGetValue(key.Value, out var id) && rows.Contains(id)) * 2 >= seen.Count;
    }

    private static async Task<string?> ReadAsync(IObjectStore store, ObjectKey key, CancellationToken cancellationToken)
    {
        await using var read = await store.ReadAsync(key, ifMatch: null, cancellationToken);
        if (read is not ReadResult.Found found) return null;
        if (found.Info.Size > MaxBytes) return "";
        using var reader = new StreamReader(found.Content, Encoding.ASCII);
        return (await reader.ReadToEndAsync(cancellationToken)).Trim();
    }

    private static string Text(Guid id) => id.ToString("D");
}
