using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>A key is immutable, so variants of one image that would get the same key must have the same bytes, whatever the profiles.</summary>
public sealed class VariantBytesTests : IDisposable
{
    private static readonly Profile Web = new() { Widths = [100, 200, 400], Formats = ["jpeg", "webp", "avif"] };
    private static readonly Profile Cover = new() { Widths = [], Boxes = [new(64, 48), new(100, 100)], Fit = Fit.Cover };

    private static readonly Profile[] Profiles =
    [
        Web, Web with { Widths = [100, 200] }, Web with { Widths = [100, 150, 200, 400] }, Web with { Widths = [100, 200, 400, 600] },
        Web with { Formats = ["jpeg"] }, Web with { JpegQuality = 70 }, Web with { WebpEffort = 6, Formats = ["jpeg", "webp"] }, Web with { Background = "#ff0000" },
        Web with { Animate = false }, Web with { MinShortSide = 120 }, Web with { CleanOriginal = true }, Web with { KeepCopyright = true },
        Cover, Cover with { Boxes = [new(64, 48), new(100, 100), new(150, 90)] }, Cover with { Crop = Crop.Entropy }, Cover with { Fit = Fit.Contain },
        Cover with { Fit = Fit.Contain, Background = "#ff0000" },
    ];

    private static readonly FocalPoint?[] FocalPoints = [null, new() { X = 0, Y = 0 }];

    private readonly Workbench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("photo")]
    [InlineData("transparent")]
    [InlineData("film")]
    public async Task One_key_always_has_the_same_bytes(string picture)
    {
        var path = Picture(picture);
        var facts = (await _bench.Inspect(path)).Value;
        var bytesOf = new Dictionary<string, string>();
        var shared = 0;
        foreach (var profile in Profiles)
        {
            foreach (var focus in FocalPoints)
            {
                var rendering = (await _bench.TryRender(path, profile, profile.UsesFocalPoint() ? focus : null)).Value;
                var recipes = new VariantRecipes("00ff", facts, profile, focus, watermarkSha256: null, rendering.Engine);
                foreach (var variant in rendering.Variants)
                {
                    var key = recipes.InKey(recipes.PlanOf(variant), rendering.Effort);
                    if (!bytesOf.TryAdd(key, variant.Sha256)) shared++;
                    bytesOf[key].ShouldBe(variant.Sha256, $"{variant.Name} {variant.Format} of {profile}");
                }
            }
        }

        shared.ShouldBeGreaterThan(bytesOf.Count, "or nothing was compared");
    }

    /// <summary>So a variant that is made alone fits the others, which are kept, and its key is right.</summary>
    [Theory]
    [InlineData("photo")]
    [InlineData("transparent")]
    [InlineData("film")]
    public async Task A_variant_comes_out_the_same_whether_the_others_are_skipped_or_not(string picture)
    {
        var path = Picture(picture);
        foreach (var profile in new[] { Web with { CleanOriginal = true }, Cover })
        {
            var whole = await _bench.Render(path, profile);
            foreach (var wanted in whole.Variants)
            {
                var skip = whole.Variants.Where(v => v != wanted).Select(v => new VariantId(v.Name, v.Format)).ToList();

                var alone = await RenderAsync(path, profile, skip);

                alone.Variants.Select(v => (v.Name, v.Format, v.Sha256)).ShouldBe([(wanted.Name, wanted.Format, wanted.Sha256)]);
                (alone.Placeholder, alone.PerceptualHash, alone.Effort).ShouldBe((whole.Placeholder, whole.PerceptualHash, whole.Effort));
            }
        }
    }

    [Fact]
    public async Task If_all_variants_are_skipped_the_placeholder_is_made_all_the_same()
    {
        var path = Picture("photo");
        var whole = await _bench.Render(path, Web);

        var none = await RenderAsync(path, Web, [.. whole.Variants.Select(v => new VariantId(v.Name, v.Format))]);

        none.Variants.ShouldBeEmpty();
        none.Placeholder.ShouldBe(whole.Placeholder);
    }

    private async Task<Rendering> RenderAsync(string path, Profile profile, IReadOnlyList<VariantId> skip)
    {
        await using var image = (await _bench.Engine.OpenAsync(path, default)).Value;
        var folder = Directory.CreateDirectory(_bench.Photos.Path($"alone-{Guid.NewGuid():N}")).FullName;
        return (await image.RenderAsync(new RenderRequest(path, image.Facts, profile, folder, Skip: skip), default)).Value;
    }

    private string Picture(string kind) => kind switch
    {
        "film" => _bench.Photos.Make("film.gif", "-delay", "20", "-size", "500x300", "plasma:red-blue", "plasma:lime-black", "-loop", "0"),
        "transparent" => _bench.Photos.Make("clear.png", "-size", "500x300", "plasma:red-blue", "-alpha", "set", "-background", "none", "-vignette", "0x20"),
        _ => _bench.Photos.Make("photo.jpg", "-size", "500x300", "plasma:red-blue", "-quality", "90"),
    };
}
