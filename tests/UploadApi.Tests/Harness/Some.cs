using System.Security.Claims;
using System.Security.Cryptography;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.UploadApi.Assets;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>Assets and messages that are whole and plain; a test says only what matters to it.</summary>
internal static class Some
{
    public const string Owner = "ada";
    public const string ETag = "e1";
    public static readonly TimeSpan UrlLife = TimeSpan.FromMinutes(5);

    public static ClaimsPrincipal User(string? id = Owner) => new(new ClaimsIdentity(id is null ? [] : [new Claim("userId", id)]));

    public static Asset Upload(DateTimeOffset now, string owner = Owner)
    {
        var id = Guid.CreateVersion7(now);
        return Asset.Request(
            new NewUpload
            {
                Id = id,
                OwnerId = owner,
                FileName = "cat.jpg",
                ContentType = "image/jpeg",
                Size = 3,
                Profile = "web",
                Key = ObjectKey.Incoming(owner, now, RandomNumberGenerator.GetBytes(8), ".jpg").Value,
                UrlExpiresAt = now + UrlLife,
            },
            now);
    }

    public static ProcessingStarted Started(Asset asset, int? revision = null, int? attempt = null) => new()
    {
        AssetId = asset.Id,
        Revision = revision ?? asset.Revision,
        Attempt = attempt ?? asset.Attempt,
        Worker = "worker (1.0)",
    };

    public static AssetReady Ready(Asset asset, string recipe = "recipe1", int? revision = null, int? attempt = null) => new()
    {
        AssetId = asset.Id,
        Revision = revision ?? asset.Revision,
        Attempt = attempt ?? asset.Attempt,
        Original = new FrozenOriginal
        {
            Key = ObjectKey.Original(asset.Id, "00ff").Value,
            ETag = "o1",
            Sha256 = "00ff",
            Size = 3,
            ContentType = "image/jpeg",
        },
        Width = 1000 + (revision ?? asset.Revision),
        Height = 750,
        Frames = 1,
        Placeholder = new Placeholder { ThumbHash = "aGFzaA==", DataUrl = "data:,", Color = "#102030" },
        Variants = [Variant(asset.Id, recipe, 320, "jpeg"), Variant(asset.Id, recipe, 320, "webp")],
        Recipe = recipe,
        ProfileFingerprint = "00000000000000f1",
        PerceptualHash = "00000000000000aa",
        Scanner = "scanner 1",
        Engine = "engine 1",
    };

    public static AssetVariant Variant(Guid asset, string recipe, int width, string format) => new()
    {
        Name = $"w{width}",
        Format = format,
        ContentType = $"image/{format}",
        Width = width,
        Height = width * 3 / 4,
        Bytes = 3,
        Sha256 = "00ff",
        Key = ObjectKey.Variant(asset, recipe, $"w{width}", format == "jpeg" ? "jpg" : format).Value,
    };

    public static AssetRejected Rejected(Asset asset, int? revision = null, int? attempt = null) => new()
    {
        AssetId = asset.Id,
        Revision = revision ?? asset.Revision,
        Attempt = attempt ?? asset.Attempt,
        Code = RejectionCode.Corrupt,
        Reason = "The file does not decode.",
        Scanner = "scanner 1",
    };

    public static ProcessingFailed Failed(Asset asset, int? revision = null, int? attempt = null) => new()
    {
        AssetId = asset.Id,
        Revision = revision ?? asset.Revision,
        Attempt = attempt ?? asset.Attempt,
        Code = FailureCode.ScannerUnavailable,
        Reason = "The scanner gave no verdict.",
    };
}
