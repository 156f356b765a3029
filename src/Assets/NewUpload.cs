using Pipeline.Contracts;

namespace Pipeline.Assets;

/// <summary>The data of an upload when its URL is issued.</summary>
public sealed record NewUpload
{
    public required Guid Id { get; init; }

    public required string TenantId { get; init; }

    public required string OwnerId { get; init; }

    public required string FileName { get; init; }

    public required string ContentType { get; init; }

    public required long Size { get; init; }

    public bool SizeIsBound { get; init; }

    public string? Sha256 { get; init; }

    public required string Profile { get; init; }

    public FocalPoint? FocalPoint { get; init; }

    public Guid? BatchId { get; init; }

    public int? BatchIndex { get; init; }

    public bool IsTemporary { get; init; }

    public bool AutoConfirm { get; init; }

    public AssetVisibility Visibility { get; init; }

    public required string Key { get; init; }

    public required DateTimeOffset UrlExpiresAt { get; init; }
}
