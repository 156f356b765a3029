namespace Pipeline.Assets.Persistence;

/// <summary>Converts times for handwritten SQL.</summary>
internal static class StoredTime
{
    /// <summary>The time in the type of the columns; SQLite has no type for times.</summary>
    public static object Stored(this AssetDbContext db, DateTimeOffset time) =>
        db.Model.FindEntityType(typeof(Asset))!.FindProperty(nameof(Asset.CreatedAt))!.GetTypeMapping().Converter?.ConvertToProvider(time) ?? time;
}
