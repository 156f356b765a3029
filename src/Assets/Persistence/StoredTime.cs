using Microsoft.EntityFrameworkCore;

namespace Pipeline.Assets.Persistence;

/// <summary>Times in SQL of our own.</summary>
internal static class StoredTime
{
    /// <summary>A time as the columns hold it; SQLite has no type for times.</summary>
    public static object Stored(this AssetDbContext db, DateTimeOffset time) =>
        db.Model.FindEntityType(typeof(Asset))!.FindProperty(nameof(Asset.CreatedAt))!.GetTypeMapping().Converter?.ConvertToProvider(time) ?? time;
}
