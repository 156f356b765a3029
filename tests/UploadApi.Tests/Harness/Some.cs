using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.Contracts;
using Pipeline.Imaging.Fingerprints;
using Pipeline.Imaging.Placeholders;
using Pipeline.Imaging.Profiles;
using Pipeline.Processor.Messaging;
using Pipeline.Storage;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>Complete default assets and messages; a test sets only the values that matter to it.</summary>
internal static class Some
{
    public const string Owner = "ada";
    public const string ETag = "e1";
    public const string Sha256 = "00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff";
    public const string DataUrl = "data:image/webp;base64,UklGRg==";
    public static readonly TimeSpan UrlLife = TimeSpan.FromMinutes(5);

    public static ClaimsPrincipal User(string? id = Owner) => new(new ClaimsIdentity(id is null ? [] : [new Claim("userId", id)]));

    public static Asset Upload(
        DateTimeOffset now, string profile = "web", string owner = Owner, long size = 3, string tenant = Caller.DefaultTenant,
        Guid? batchId = null, int? batchIndex = null, bool isTemporary = false,
        AssetVisibility visibility = AssetVisibility.Public, bool autoConfirm = false, bool sizeIsBound = false, Guid? id = null)
    {
        return Asset.Request(
            new NewUpload
            {
                Id = id ?? Guid.CreateVersion7(now),
                TenantId = tenant,
                OwnerId = owner,
                FileName = "cat.jpg",
                ContentType = "image/jpeg",
                Size = size,
                SizeIsBound = sizeIsBound,
                Profile = profile,
                Key = ObjectKey.Incoming(owner, now, RandomNumberGenerator.GetBytes(8), ".jpg").Value,
                UrlExpiresAt = now + UrlLife,
                BatchId = batchId,
                BatchIndex = batchIndex,
                IsTemporary = isTemporary,
                Visibility = visibility,
                AutoConfirm = autoConfirm,
            },
            now);
    }

    /// <summary>Adds uploads; without limits and without a key if these are left out.</summary>
    public static PendingUploads Pending(AssetDbContext db, UploadOptions? uploads = null, LimitsOptions? limits = null, IdempotentRequest? request = null, UploadGroups? groups = null) => new(
        db,
        new AssetStore(db),
        request ?? new IdempotentRequest(db, Options.Create(new IdempotencyOptions()), TimeProvider.System),
        Options.Create(uploads ?? new UploadOptions()),
        Options.Create(limits ?? new LimitsOptions()),
        groups);

    public static ProcessingStarted Started(Asset asset, int? revision = null, int? attempt = null) => new()
    {
        AssetId = asset.Id,
        Revision = revision ?? asset.Revision,
        Attempt = attempt ?? asset.Attempt,
        Worker = "worker (1.0)",
    };

    public static AssetReady Ready(ProcessingRequest request, string recipe) =>
        Ready(request.AssetId, request.Revision, request.Attempt, recipe);

    public static AssetReady Ready(Asset asset, string recipe = "recipe1", int? revision = null, int? attempt = null) =>
        Ready(asset.Id, revision ?? asset.Revision, attempt ?? asset.Attempt, recipe);

    private static AssetReady Ready(Guid id, int revision, int attempt, string recipe) => new()
    {
        AssetId = id,
        Revision = revision,
        Attempt = attempt,
        Original = new FrozenOriginal
        {
            Key = ObjectKey.Original(id, Sha256).Value,
            ETag = "o1",
            Sha256 = Sha256,
            Size = 3,
            ContentType = "image/jpeg",
        },
        Width = 1000 + revision,
        Height = 750,
        Frames = 1,
        Placeholder = new Placeholder { ThumbHash = "aGFzaA==", DataUrl = DataUrl, Color = "#102030" },
        Variants = [Variant(id, recipe, 320, "jpeg"), Variant(id, recipe, 320, "webp")],
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
        Sha256 = Sha256,
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

    /// <summary>The state of a bus that answered for as long as a worker may be silent.</summary>
    public static BusMonitor BusThatAnswers(DispatchOptions dispatch, DateTimeOffset now)
    {
        var watch = new BusMonitor(Options.Create(dispatch));
        for (var ago = dispatch.SilenceSeconds; ago >= 0; ago -= Math.Min(dispatch.SweepSeconds, Math.Max(ago, 1)))
            watch.Saw(answers: true, isTaken: true, now - TimeSpan.FromSeconds(ago));
        return watch;
    }
}
