namespace Pipeline.Assets.Postgres;

/// <summary>A stream that a user holds open at an instance of the API. It counts while a <see cref="StreamInstance"/> of that id lives.</summary>
internal sealed class OpenStream
{
    public required Guid Id { get; init; }

    public required Guid InstanceId { get; init; }

    public required string TenantId { get; init; }

    public required string UserId { get; init; }
}
