namespace Pipeline.Assets.Postgres;

/// <summary>Who changes the schema. Section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary>
    /// Whether an API migrates the database at its start. Default true. If false, it waits up to ten minutes for the migration of another process, such
    /// as <c>dotnet Pipeline.UploadApi.dll migrate</c>.
    /// </summary>
    public bool Migrate { get; set; } = true;
}
