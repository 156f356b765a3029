namespace Pipeline.Assets.Postgres;

/// <summary>An instance of the API that holds streams open.</summary>
internal sealed class StreamInstance
{
    public required Guid Id { get; init; }

    /// <summary>Until when its streams count, by the database's clock. The instance moves it while it runs.</summary>
    public DateTimeOffset Until { get; init; }
}
