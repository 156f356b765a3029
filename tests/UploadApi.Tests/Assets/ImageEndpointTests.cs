using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Pipeline.Assets;
using Pipeline.Contracts;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Delivery;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Assets;

public sealed class ImageEndpointTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Theory]
    [InlineData(null, "w640.jpg")]
    [InlineData("*/*", "w640.jpg")]
    [InlineData("image/*", "w640.jpg")]
    [InlineData("image/webp,*/*", "w640.webp")]
    [InlineData("image/avif,image/webp,image/apng,*/*;q=0.8", "w640.avif")]
    [InlineData("IMAGE/AVIF", "w640.avif")]
    [InlineData("image/avif;q=0,image/webp;q=0.1", "w640.webp")]
    public async Task A_browser_gets_the_smallest_format_that_it_names(string? accept, string name) =>
        (await AskAsync(["jpeg", "webp", "avif"], accept)).ShouldEndWith(name);

    [Theory]
    [InlineData("jpeg,webp", "image/avif,image/webp", "w640.webp")]
    [InlineData("jpeg", "image/avif,image/webp", "w640.jpg")]
    [InlineData("webp", null, "w640.webp")]
    public async Task What_the_profile_does_not_make_is_made_up_for_by_what_it_does(string formats, string? accept, string name) =>
        (await AskAsync(formats.Split(','), accept)).ShouldEndWith(name);

    [Theory]
    [InlineData("avif", "w640.avif")]
    [InlineData("webp", null)]
    [InlineData("png", null)]
    public async Task A_format_that_is_asked_for_is_what_comes_or_nothing(string format, string? name)
    {
        var answer = await AskAsync(["jpeg", "avif"], accept: null, format);

        if (name is null) answer.ShouldBeNull();
        else answer.ShouldEndWith(name);
    }

    private async Task<string?> AskAsync(string[] formats, string? accept, string? format = null)
    {
        var asset = await _room.AddReadyAsync(ready => ready with { Variants = [.. formats.Select(f => Some.Variant(ready.AssetId, "recipe1", 640, f))] });
        var context = new DefaultHttpContext();
        if (accept is not null) context.Request.Headers.Accept = accept;
        await using var db = _room.Open();
        var answer = await new ImageEndpoint(new VisibleAssets(db, _room.Areas())).HandleAsync(asset.Id, w: 100, format, context, default);
        context.Response.Headers.Vary.ToString().ShouldBe("Accept");
        return (answer as RedirectHttpResult)?.Url;
    }
}

public sealed class VariantChoiceTests
{
    private static readonly Guid Asset = Guid.CreateVersion7();

    [Theory]
    [InlineData(1, 320)]
    [InlineData(320, 320)]
    [InlineData(321, 640)]
    [InlineData(1280, 1280)]
    [InlineData(int.MaxValue, 1280)]
    [InlineData(null, 1280)]
    public void The_best_variant_is_the_smallest_that_is_wide_enough_or_else_the_widest(int? asked, int width)
    {
        var variants = from w in new[] { 1280, 320, 640 }
                       from format in new[] { "jpeg", "webp" }
                       select Some.Variant(Asset, "recipe", w, format);

        var best = VariantChoice.Pick([.. variants], ["webp"], asked).ShouldNotBeNull();

        (best.Width, best.Format).ShouldBe((width, "webp"));
    }

    [Theory]
    [InlineData("w320:jpeg 64x64:webp original:webp", 32, "w320")]
    [InlineData("w320:jpeg original:webp", 4000, "w320")]
    [InlineData("64x64:jpeg 200x200:jpeg original:webp", 100, "200x200")]
    [InlineData("original:webp", null, "original")]
    public void A_box_or_the_clean_original_is_taken_only_where_nothing_else_is(string names, int? width, string best) =>
        VariantChoice.Pick([.. names.Split(' ').Select(Named)], ["webp", "jpeg"], width).ShouldNotBeNull().Name.ShouldBe(best);

    [Fact]
    public void What_comes_in_no_format_of_these_is_not_there() =>
        VariantChoice.Pick([Named("w320:jpeg")], ["webp"], null).ShouldBeNull();

    private static AssetVariant Named(string text)
    {
        var (name, format) = (text.Split(':')[0], text.Split(':')[1]);
        var width = name == AssetVariant.OriginalName ? 4000 : int.Parse(name.TrimStart('w').Split('x')[0]);
        return Some.Variant(Asset, "recipe", width, format) with { Name = name };
    }
}
