using System.Reflection;

namespace Pipeline.Contracts.Tests;

/// <summary>One of each message with every field filled.</summary>
internal static class Messages
{
    private static readonly Guid Asset = Guid.Parse("01935b1e-0000-7000-8000-000000000001");

    private static readonly Guid Run = Guid.Parse("01935b1e-0000-7000-8000-000000000002");

    private static readonly SourceObject Source = new()
    {
        Area = SourceArea.Originals,
        Key = "originals/01/01935b1e-0000-7000-8000-000000000001/00ff",
        ETag = "5d41402abc4b2a76b9719d911017c592",
        Size = 2_147_483_648,
        Sha256 = "00ff",
        ClaimedType = "image/jpeg",
    };

    private static readonly FocalPoint Focus = new() { X = 0.25, Y = 0.5 };

    private static readonly AssetVariant Variant = new()
    {
        Name = "w640",
        Format = "jpeg",
        ContentType = "image/jpeg",
        Width = 640,
        Height = 480,
        Bytes = 51_234,
        Sha256 = "11ee",
        Key = "assets/01/01935b1e-0000-7000-8000-000000000001/0a1b2c/w640.jpg",
        Recipe = "5a4b3c2d1e0f9f8e",
        Animated = true,
    };

    private static readonly PublishedVariants Published = new() { Recipe = "0a1b2c", Variants = [Variant] };

    public static IReadOnlyList<object> All { get; } =
    [
        new UploadConfirmed { AssetId = Asset, Revision = 1, Attempt = 2, Profile = "web", Source = Source, FocalPoint = Focus, KeyGeneration = 2, PublishedRecipe = "0a1b2c", ShardedKeys = true, Published = Published },
        new ReprocessRequested { AssetId = Asset, Revision = 3, Attempt = 1, Profile = "web", Source = Source, FocalPoint = Focus, KeyGeneration = 2, PublishedRecipe = "0a1b2c", ShardedKeys = true, Published = Published },
        new SuspectRequested { AssetId = Asset, Revision = 1, Attempt = 3, Profile = "web", Source = Source, FocalPoint = Focus, KeyGeneration = 2, PublishedRecipe = "0a1b2c", ShardedKeys = true, Published = Published },
        new RescanRequested { AssetId = Asset, RunId = Run, Attempt = 2, Source = Source },
        new RescanEnded { AssetId = Asset, RunId = Run, Attempt = 2, Verdict = RescanVerdict.Infected, Scanner = "ClamAV 1.4.6/27000", Signature = "Win.Test.Bad-1", Code = "scanner_unavailable" },
        new ProcessingStarted { AssetId = Asset, Revision = 1, Attempt = 2, Worker = "worker-1 (0.1.0)", Instance = Asset },
        new ProcessingContinues { AssetId = Asset, Revision = 1, Attempt = 2, Step = "scan" },
        new AssetReady
        {
            AssetId = Asset,
            Revision = 1,
            Attempt = 2,
            Original = new FrozenOriginal
            {
                Key = Source.Key,
                ETag = Source.ETag,
                Sha256 = "00ff",
                Size = 2_147_483_648,
                ContentType = "image/png",
            },
            Width = 4032,
            Height = 3024,
            Frames = 1,
            Removed = ["exif", "gps"],
            Placeholder = new Placeholder { ThumbHash = "3OcRJYB4d3h/iIeHeEh3eIhw+j2w", DataUrl = "data:image/webp;base64,UklGRg==", Color = "#a0b0c0" },
            Variants = [Variant],
            Recipe = "0a1b2c",
            ProfileFingerprint = "0f1e2d3c4b5a6978",
            PerceptualHash = "8f373714acfcf4d0",
            Scanner = "ClamAV 1.4.6/27000",
            Engine = "libvips 8.17",
        },
        new AssetRejected
        {
            AssetId = Asset,
            Revision = 1,
            Attempt = 2,
            Code = RejectionCode.Infected,
            Reason = "The scanner found malware.",
            Scanner = "ClamAV 1.4.6/27000",
        },
        new ProcessingFailed
        {
            AssetId = Asset,
            Revision = 1,
            Attempt = 2,
            Code = FailureCode.ScannerUnavailable,
            Reason = "The scanner gave no verdict.",
            Engine = "libvips 8.17",
        },
        new ProfilesAnnounced
        {
            Worker = "worker-1 (0.1.0)",
            Engine = "libvips 8.17",
            Instance = Asset,
            Concurrency = 3,
            ReprocessConcurrency = 2,
            Scanner = "ClamAV 1.4.6/27000",
            Findings = [new AnnouncedFinding { Check = "scanner", Status = AnnouncedFinding.Fail, Detail = "clamd does not answer.", Fix = "Start clamd.", AgeSeconds = 7_200 }],
            Requests = [new AnnouncedRequests { Area = "originals", Operation = "put", Cause = "publish", Count = 3 }],
            Profiles = [new AnnouncedProfile { Name = "web", Fingerprint = "0f1e2d3c4b5a6978", SettingsFingerprint = "1f1e2d3c4b5a6978", Variants = [new AnnouncedVariant { Name = "w320", Format = "jpeg", Recipe = "2f1e2d3c4b5a6978" }] }],
        },
    ];

    public static object Of(string name) => All.Single(message => message.GetType().Name == name);

    /// <summary>The same messages without their optional fields.</summary>
    public static object WithoutOptional(object message)
    {
        var copy = message.GetType().GetMethod("<Clone>$")!.Invoke(message, null)!;
        var nullability = new NullabilityInfoContext();
        foreach (var property in message.GetType().GetProperties().Where(p => p.CanWrite))
        {
            if (nullability.Create(property).ReadState == NullabilityState.Nullable) property.SetValue(copy, null);
            else if (property.PropertyType == typeof(SourceObject)) property.SetValue(copy, Source with { Sha256 = null });
        }

        return copy;
    }
}
