using System.Xml.Linq;
using Pipeline.Assets;
using Pipeline.Assets.Delivery;
using Pipeline.Contracts;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Delivery;

[Collection(ApiHostTests.Name)]
public sealed class PictureTests(ApiHost api)
{
    private static readonly string[] Pieces =
    [
        "\"", "'", "<", ">", "&", "=", "`", "/", " ", "\"><script>alert(1)</script>", "' onerror='x", "\" onload=\"x", "&quot;", "&#34;", "&lt;", "javascript:x", "</picture>", "<!--", "]]>", "사진", "👩‍👩‍👧", "\u2028", "a", "(max-width: 600px) 50vw, 100vw", "\u00a0", "\ud83d", "{{x}}", "${x}", "\ufeff",
    ];

    [Fact]
    public async Task A_page_gets_an_element_that_loads_the_smallest_format_at_the_right_width()
    {
        var asset = await api.AddReadyAsync();

        var answer = await api.GetAsync($"/api/assets/{asset.Id}/picture?sizes=50vw&alt=A%20cat&class=hero", user: null);

        answer.Status.ShouldBe(200);
        answer.Headers["Cache-Control"].ShouldBe("public, max-age=60");
        answer.Headers["Access-Control-Allow-Origin"].ShouldBe("*");
        var base1 = $"http://localhost:4000/storage/public/assets/{asset.Id.ToString()[^2..]}/{asset.Id}/recipe1/w320";
        answer.Json["srcset"]!["webp"]!.ToString().ShouldBe($"{base1}.webp 320w");
        answer.Json["srcset"]!["jpeg"]!.ToString().ShouldBe($"{base1}.jpg 320w");
        (answer.Text("sizes"), answer.Text("width"), answer.Text("height")).ShouldBe(("50vw", "320", "240"));
        answer.Json["placeholder"]!["color"]!.ToString().ShouldBe("#102030");
        answer.Text("html").ShouldBe(
            $"<picture><source type=\"image/webp\" srcset=\"{base1}.webp 320w\" sizes=\"50vw\"><img src=\"{base1}.jpg\" srcset=\"{base1}.jpg 320w\" sizes=\"50vw\" width=\"320\" height=\"240\" alt=\"A cat\" class=\"hero\" loading=\"lazy\" decoding=\"async\"></picture>");
    }

    [Fact]
    public void No_text_of_a_page_leaves_its_attribute()
    {
        var random = new Random(14);
        var publication = Of("w320:jpeg w640:jpeg w320:webp w640:webp w640:avif");
        for (var i = 0; i < 5_000; i++)
        {
            string Text() => string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            var attributes = new PictureAttributes(Text(), Text(), Text());

            var picture = Picture.Of(publication, attributes, v => new Uri($"https://images.example.com/{v.Name}.{v.Format}?a=1&b='\"<x>,y")).ShouldNotBeNull();

            // Tags are void; a raw > can only be the end of one, or XML does not read it.
            var root = XElement.Parse(picture.Html.Replace("></picture>", "/></picture>", StringComparison.Ordinal).Replace("><img", "/><img", StringComparison.Ordinal).Replace("><source type=\"image/webp\"", "/><source type=\"image/webp\"", StringComparison.Ordinal));
            root.Elements().Select(e => e.Name.LocalName).ShouldBe(["source", "source", "img"]);
            root.Elements().First().Attributes().Select(a => a.Name.LocalName).ShouldBe(["type", "srcset", "sizes"]);
            var img = root.Element("img")!;
            img.Attributes().Select(a => a.Name.LocalName).ShouldBe(["src", "srcset", "sizes", "width", "height", "alt", "class", "loading", "decoding"]);
            Seen(img, "alt").ShouldBe(Whole(attributes.Alt));
            Seen(img, "class").ShouldBe(Whole(attributes.Class));
            Seen(img, "sizes").ShouldBe(Whole(attributes.Sizes));
            img.Attribute("srcset")!.Value.Split(", ").Length.ShouldBe(2, "a comma in a URL would begin another candidate");
        }
    }

    [Theory]
    [InlineData("64x64:jpeg 200x200:jpeg 300x200:webp", "jpeg", "200")]
    [InlineData("original:webp", "webp", "4000")]
    [InlineData("w320:webp w640:webp original:jpeg", "webp", "640")]
    public void The_img_shows_the_most_common_format_of_the_best_kind(string variants, string format, string width)
    {
        var picture = Picture.Of(Of(variants), new PictureAttributes("100vw", "", ""), v => new Uri($"https://i.example/{v.Name}.{v.Format}")).ShouldNotBeNull();

        picture.Html.ShouldContain($"<img src=\"https://i.example/");
        picture.Html.ShouldContain($".{format}\" srcset");
        picture.Html.ShouldContain($"width=\"{width}\"");
        picture.Html.ShouldContain(" alt=\"\"");
        picture.Html.ShouldNotContain("class=");
    }

    [Fact]
    public void An_asset_without_a_variant_for_pages_has_no_picture() =>
        Picture.Of(Of("original:png"), new PictureAttributes("100vw", "", ""), v => new Uri("https://i.example/")).ShouldBeNull();

    [Fact]
    public async Task Wrong_texts_are_refused_and_a_private_or_missing_picture_is_not_found()
    {
        var asset = await api.AddReadyAsync();
        (await api.GetAsync($"/api/assets/{asset.Id}/picture?alt={new string('a', 1001)}")).Errors.Keys.ShouldBe(["alt"]);
        (await api.GetAsync($"/api/assets/{asset.Id}/picture?sizes=a%0ab&class=%00")).Errors.Keys.ShouldBe(["sizes", "class"]);
        (await api.GetAsync($"/api/assets/{Guid.NewGuid()}/picture", user: null)).Code.ShouldBe("not_found");

        await api.ChangeAsync(asset.Id, a => a.Show(AssetVisibility.Private, TimeProvider.System.GetUtcNow()));
        foreach (var user in (string?[])[null, "bob"])
        {
            var hidden = await api.GetAsync($"/api/assets/{asset.Id}/picture", user);
            hidden.Code.ShouldBe("not_found");
            hidden.Headers["Cache-Control"].ShouldBe("no-store, private");
        }

        var mine = await api.GetAsync($"/api/assets/{asset.Id}/picture");
        mine.Headers["Cache-Control"].ShouldBe("no-store, private");
        mine.Json["srcset"]!["webp"]!.ToString().ShouldContain("signature=");
    }

    // XML reads a tab or a line end in an attribute as a space; the encoder has no such character to write.
    private static string Seen(XElement img, string name) => img.Attribute(name)!.Value;

    // Half a surrogate pair cannot be written, so the encoder replaces it.
    private static string Whole(string text) => string.Concat(text.EnumerateRunes());

    private static Publication Of(string variants)
    {
        var id = Guid.CreateVersion7();
        var asset = Some.Upload(DateTimeOffset.UnixEpoch);
        asset.Confirm(Some.ETag, null, DateTimeOffset.UnixEpoch);
        asset.MarkReady(Some.Ready(asset) with { Variants = [.. variants.Split(' ').Select(text => Named(id, text))] }, DateTimeOffset.UnixEpoch);
        return asset.Publication!;
    }

    private static AssetVariant Named(Guid id, string text)
    {
        var (name, format) = (text.Split(':')[0], text.Split(':')[1]);
        var sides = name == AssetVariant.OriginalName ? [4000, 3000] : name.TrimStart('w').Split('x').Select(int.Parse).ToArray();
        return Some.Variant(id, "recipe", sides[0], format) with { Name = name, Height = sides.Length > 1 ? sides[1] : sides[0] * 3 / 4 };
    }
}
