using Pipeline.Assets;
using Pipeline.Assets.Outcomes;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Outcomes;

/// <summary>A message that our workers cannot have sent is refused with the name of the field, without its content.</summary>
public sealed class OutcomeCheckTests
{
    private const string Hostile = "../../etc/passwd";
    private static readonly Asset Asset = Some.Upload(DateTimeOffset.UnixEpoch);

    private static readonly string[] BadTexts =
    [
        "", new('x', 3_000), "a\0b", "a\nb", "a\r", "\u001b[31m", "\ud800", "a\udc00b", "a\u202eb", "a\u2028b", "a\u200bb", "\u0085",
    ];

    private static readonly string[] BadCodes = ["", "UPPER", "with space", "../../x", new('c', 33), "a\0", "é", "1st", null!];

    private static readonly string[] BadKeys =
    [
        null!, "", Hostile, "/", "assets/", $"assets/{Asset.Id:D}", ObjectKey(""), ObjectKey("../x"), ObjectKey("a//b"), ObjectKey("a b"), ObjectKey("r/w.jpg\0"),
        ObjectKey(new string('k', 1_000)), $"assets/{Guid.CreateVersion7():D}/r/w320.jpg", $"uploads/{Asset.Id:D}/r/w320.jpg", "https://example.org/x.jpg",
        ObjectKey("r/w.jpg").ToUpperInvariant(),
    ];

    public static TheoryData<string> Refused { get; } = [.. Cases().Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_right_is_refused_by_its_field(string name)
    {
        var one = Cases().Single(c => c.Name == name);

        var refused = Should.Throw<InvalidOutcomeException>(one.Check);

        refused.Message.ShouldStartWith(name.Split(' ')[1]);
        refused.Message.ShouldNotContain("etc/passwd");
        refused.Message.Length.ShouldBeLessThan(200);
    }

    [Fact]
    public void What_a_worker_sends_is_taken()
    {
        OutcomeCheck.Check(Some.Started(Confirmed()));
        OutcomeCheck.Check(Some.Ready(Confirmed()));
        OutcomeCheck.Check(Some.Rejected(Confirmed()));
        OutcomeCheck.Check(Some.Rejected(Confirmed()) with { Scanner = null });
        OutcomeCheck.Check(Some.Failed(Confirmed()));
        OutcomeCheck.Check(Announced());
    }

    [Fact]
    public void A_code_that_only_a_newer_worker_knows_is_taken()
    {
        OutcomeCheck.Check(Some.Rejected(Confirmed()) with { Code = "too_shiny_2" });
        OutcomeCheck.Check(Some.Failed(Confirmed()) with { Code = "moon_in_the_way" });
    }

    private static List<(string Name, Action Check)> Cases()
    {
        var cases = new List<(string, Action)>();
        var asset = Confirmed();
        var ready = Some.Ready(asset);
        foreach (var revision in new[] { 0, -1, int.MinValue, int.MaxValue })
        {
            Add("Revision", revision, () => OutcomeCheck.Check(Some.Started(asset) with { Revision = revision }));
            Add("Attempt", revision, () => OutcomeCheck.Check(Some.Failed(asset) with { Attempt = revision }));
            Add("Attempt", revision, () => OutcomeCheck.Check(new ProcessingContinues { AssetId = asset.Id, Revision = 1, Attempt = revision }));
            if (revision != 0)
            {
                Add("Concurrency", revision, () => OutcomeCheck.Check(Announced() with { Concurrency = revision }));
                Add("ReprocessConcurrency", revision, () => OutcomeCheck.Check(Announced() with { ReprocessConcurrency = revision }));
            }

            Add("Width", revision, Ready(r => r with { Width = revision }));
            Add("Height", revision, Ready(r => r with { Height = revision }));
            Add("Frames", revision, Ready(r => r with { Frames = revision }));
            Add("Variants[1]", revision, Variant(v => v with { Height = revision }));
        }

        Add("AssetId", Guid.Empty, () => OutcomeCheck.Check(Some.Rejected(asset) with { AssetId = Guid.Empty }));
        foreach (var text in BadTexts)
        {
            Add("Worker", text, () => OutcomeCheck.Check(Some.Started(asset) with { Worker = text }));
            Add("Worker", "announced " + text, () => OutcomeCheck.Check(Announced() with { Worker = text }));
            Add("Engine", "announced " + text, () => OutcomeCheck.Check(Announced() with { Engine = text }));
            Add("Engine", text, Ready(r => r with { Engine = text }));
            Add("Scanner", text, Ready(r => r with { Scanner = text }));
            Add("Scanner", "rejected " + text, () => OutcomeCheck.Check(Some.Rejected(asset) with { Scanner = text }));
            Add("Reason", text, () => OutcomeCheck.Check(Some.Rejected(asset) with { Reason = text }));
            Add("Reason", "failed " + text, () => OutcomeCheck.Check(Some.Failed(asset) with { Reason = text }));
        }

        foreach (var code in BadCodes)
        {
            if (code is { } step) Add("Step", step, () => OutcomeCheck.Check(new ProcessingContinues { AssetId = asset.Id, Revision = 1, Attempt = 1, Step = step }));
            Add("Code", code, () => OutcomeCheck.Check(Some.Rejected(asset) with { Code = code }));
            Add("Code", "failed " + code, () => OutcomeCheck.Check(Some.Failed(asset) with { Code = code }));
        }

        foreach (var key in BadKeys)
        {
            Add("Variants[1].Key", key, Variant(v => v with { Key = key }));
            Add("Original.Key", key, Ready(r => r with { Original = r.Original with { Key = key?.Replace("assets/", "originals/")! } }));
        }

        foreach (var bad in new[] { "", Hostile, "<script>", new string('z', 65), "a\0" })
            Add("Variants[1].Recipe", bad, Variant(v => v with { Recipe = bad }));

        foreach (var layout in Enum.GetValues<KeyLayout>())
        {
            var another = Guid.CreateVersion7();
            Add("Variants[1].Key", $"of another asset, {layout}", Variant(v => v with { Key = Storage.ObjectKey.Variant(another, "r", "w320", "webp", layout).Value }));
            Add("Original.Key", $"of another asset, {layout}", Ready(r => r with { Original = r.Original with { Key = Storage.ObjectKey.Original(another, Some.Sha256, 0, layout).Value } }));
        }

        foreach (var size in new[] { 0, -1, long.MaxValue })
        {
            Add("Variants[1].Bytes", size, Variant(v => v with { Bytes = size }));
            Add("Original.Size", size, Ready(r => r with { Original = r.Original with { Size = size } }));
        }

        foreach (var bad in new[] { null!, "", Hostile, "<script>", new string('z', 5_000), "a\0" })
        {
            Add("Recipe", bad, Ready(r => r with { Recipe = bad }));
            Add("Variants[1].Name", bad, Variant(v => v with { Name = bad }));
            Add("Variants[1].Format", bad, Variant(v => v with { Format = bad }));
            Add("Variants[1].ContentType", bad, Variant(v => v with { ContentType = bad }));
            Add("Variants[1].Sha256", bad, Variant(v => v with { Sha256 = bad }));
            Add("Original.ContentType", bad, Ready(r => r with { Original = r.Original with { ContentType = bad } }));
            Add("Original.Sha256", bad, Ready(r => r with { Original = r.Original with { Sha256 = bad } }));
            Add("Placeholder.ThumbHash", bad, Ready(r => r with { Placeholder = r.Placeholder with { ThumbHash = bad } }));
            Add("Placeholder.DataUrl", bad, Ready(r => r with { Placeholder = r.Placeholder with { DataUrl = bad } }));
            Add("Placeholder.Color", bad, Ready(r => r with { Placeholder = r.Placeholder with { Color = bad } }));
        }

        foreach (var url in new[] { "data:,", "data:text/html;base64,AAAA", "data:image/svg+xml;base64,AAAA", "javascript:alert(1)", "https://example.org/a.webp", "data:image/webp;base64,AA\"onerror=", "data:image/webp;base64,AAAA\n" })
            Add("Placeholder.DataUrl", url, Ready(r => r with { Placeholder = r.Placeholder with { DataUrl = url } }));
        foreach (var tag in new[] { null!, "", "a\"b", "a b", "a\r\nX: y", new string('e', 129) })
            Add("Original.ETag", tag, Ready(r => r with { Original = r.Original with { ETag = tag } }));

        Add("Original.Key", "the manifest", Ready(r => r with { Original = r.Original with { Key = Storage.ObjectKey.Manifest(r.AssetId).Value } }));
        Add("Original", "null", Ready(r => r with { Original = null! }));
        Add("Placeholder", "null", Ready(r => r with { Placeholder = null! }));
        Add("Variants", "null", Ready(r => r with { Variants = null! }));
        Add("Variants", "none", Ready(r => r with { Variants = [] }));
        Add("Variants", "too many", Ready(r => r with { Variants = [.. Enumerable.Range(1, 257).Select(n => Some.Variant(r.AssetId, "r", n, "jpeg"))] }));
        Add("Variants[0]", "null", Ready(r => r with { Variants = [null!] }));
        Add("Variants", "twice the same", Ready(r => r with { Variants = [r.Variants[0], r.Variants[0]] }));
        Add("Variants", "twice the same key", Ready(r => r with { Variants = [r.Variants[0], r.Variants[1] with { Key = r.Variants[0].Key }] }));
        Add("Variants[1].ContentType", "of another format", Variant(v => v with { ContentType = "image/jpeg" }));
        Add("Variants[1].Format", "svg", Variant(v => v with { Format = "svg+xml", ContentType = "image/svg+xml" }));
        Add("Profiles", "null", () => OutcomeCheck.Check(Announced() with { Profiles = null! }));
        Add("Profiles", "null in it", () => OutcomeCheck.Check(Announced() with { Profiles = [null!] }));
        Add("Profiles", "of a hostile name", () => OutcomeCheck.Check(Announced() with { Profiles = [new AnnouncedProfile { Name = Hostile, Fingerprint = "00000000000000f1" }] }));
        Add("Profiles", "of no fingerprint", () => OutcomeCheck.Check(Announced() with { Profiles = [new AnnouncedProfile { Name = "web", Fingerprint = "f1" }] }));
        Add("Profiles", "too many", () => OutcomeCheck.Check(Announced() with { Profiles = [.. Enumerable.Range(0, 257).Select(n => new AnnouncedProfile { Name = $"p{n}", Fingerprint = "00000000000000f1" })] }));
        return cases;

        void Add(string field, object? value, Action check) => cases.Add(($"{cases.Count} {field} {Shown(value)}", check));
        Action Ready(Func<AssetReady, AssetReady> change) => () => OutcomeCheck.Check(change(ready));
        Action Variant(Func<AssetVariant, AssetVariant> change) => Ready(r => r with { Variants = [r.Variants[0], change(r.Variants[1])] });
    }

    // Names of tests must be printable.
    private static string Shown(object? value) => string.Concat($"{value ?? "null"}".Take(30).Select(c => c is >= ' ' and <= '~' ? c : '?'));

    private static string ObjectKey(string rest) => $"assets/{Asset.Id:D}/{rest}";

    private static Asset Confirmed()
    {
        Asset.Confirm(Some.ETag, null, DateTimeOffset.UnixEpoch);
        return Asset;
    }

    private static ProfilesAnnounced Announced() => new()
    {
        Worker = "worker (1.0)",
        Engine = "engine 1",
        Profiles = [new AnnouncedProfile { Name = "web", Fingerprint = "00000000000000f1" }],
    };
}
