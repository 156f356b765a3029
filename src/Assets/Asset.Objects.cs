using Pipeline.Assets.Events;
using Pipeline.Contracts;
using Pipeline.Storage;

namespace Pipeline.Assets;

/// <summary>The objects that were written for the asset. While the row names all of them, cleanup deletes by name and lists nothing.</summary>
public sealed partial class Asset
{
    // Above this a listing is cheaper than the names in the row.
    internal const int MostFormerKeys = 1_000;

    /// <summary>
    /// The row names every object that was written for this asset, by <see cref="Publication"/> and <see cref="FormerKeys"/>, because each revision
    /// ended with the outcome of the only request that was sent for it: cleanup needs no listing. False once another attempt, worker or place may
    /// have left objects, and on rows of earlier versions.
    /// </summary>
    public bool NamesAllObjects { get; private set; }

    /// <summary>
    /// Keys that were published before and may still have objects, because something keeps them or cleanup has not deleted them yet. Null if there
    /// are none. Incomplete without <see cref="NamesAllObjects"/>.
    /// </summary>
    public IReadOnlyList<string>? FormerKeys { get; private set; }

    /// <summary>Schedules the cleanup of the objects, at the end of the lease while an instance cleans up.</summary>
    public bool TidyFrom(DateTimeOffset at)
    {
        TidyAt = at;
        return true;
    }

    /// <summary>A worker that the row knows nothing of may write objects: schedules a cleanup that lists them, at this time or earlier.</summary>
    public bool FindObjects(DateTimeOffset at)
    {
        (TidyAt, NamesAllObjects) = (TidyAt < at ? TidyAt : at, false);
        return true;
    }

    /// <summary>No run keeps this publication any more: schedules the deletion of what the asset does not show.</summary>
    /// <param name="replaced">Null if it cannot be read; then cleanup lists.</param>
    /// <param name="now">The time.</param>
    public bool ForgetReplaced(Publication? replaced, DateTimeOffset now)
    {
        if (replaced is null || !NamesAllObjects) return FindObjects(now);
        AddFormerKeys(replaced, Publication);
        TidyAt = TidyAt < now ? TidyAt : now;
        return true;
    }

    /// <summary>
    /// Raises the key generation before cleanup deletes objects that this row does not need. False if the row has changed, because it may
    /// need them now.
    /// </summary>
    public bool GiveUpKeys(int version)
    {
        if (Version != version) return false;
        KeyGeneration++;
        return true;
    }

    /// <summary>Records that the objects match this row.</summary>
    /// <param name="again">The time of the next check; null for none.</param>
    /// <param name="now">The time.</param>
    /// <param name="former">The keys that something still keeps, besides those that are published; null if they were not looked at.</param>
    public void Tidied(DateTimeOffset? again, DateTimeOffset now, IReadOnlyList<string>? former = null)
    {
        TidyAt = again;
        if (former is not null) FormerKeys = former.Count == 0 ? null : former;
        if (again is null && Work == WorkState.Idle) (Superseded, NamesAllObjects) = (null, former is null || former.Count <= MostFormerKeys);
        if (IsInLine && DispatchAt > now) DispatchAt = now;

        // IncomingKey stays, so that the sweep of the incoming area recognises and deletes a file that arrives even later.
        if (again is null && Status == AssetStatus.Deleted) Record(now, AssetEventKind.Erased);
    }

    // Without all names the next cleanup lists, so then they would only make the row larger.
    private void AddFormerKeys(Publication before, Publication? shown)
    {
        if (!NamesAllObjects) return;
        var now = KeysOf(shown);
        List<string> keys = [.. (FormerKeys ?? []).Concat(KeysOf(before)).Distinct(StringComparer.Ordinal).Where(key => !now.Contains(key))];

        // A row that someone edited names something else than its objects.
        var isWhole = before.Variants is { } variants && before.Original is not null && variants.Count == before.Shown().Count();
        if (!isWhole || keys.Count > MostFormerKeys) (NamesAllObjects, FormerKeys) = (false, null);
        else FormerKeys = keys.Count == 0 ? null : keys;
    }

    private static HashSet<string> KeysOf(Publication? publication) => publication is null
        ? []
        : new HashSet<string>(publication.Shown().Select(v => v.Key).Append(publication.Original?.Key).OfType<string>(), StringComparer.Ordinal);
}
