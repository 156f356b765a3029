using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Assets;

public sealed class ImageEndpointTests
{
    [Theory]
    [InlineData(1, 320)]
    [InlineData(320, 320)]
    [InlineData(321, 640)]
    [InlineData(1280, 1280)]
    [InlineData(int.MaxValue, 1280)]
    [InlineData(null, 1280)]
    public void The_best_variant_is_the_smallest_that_is_wide_enough_or_else_the_widest(int? asked, int width)
    {
        var asset = Guid.CreateVersion7();
        var variants = from w in new[] { 1280, 320, 640 }
                       from format in new[] { "jpeg", "webp" }
                       select Some.Variant(asset, "recipe", w, format);

        var best = ImageEndpoint.Best(variants, "webp", asked);

        (best.Width, best.Format).ShouldBe((width, "webp"));
    }
}
