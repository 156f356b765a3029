namespace Pipeline.EndToEnd;

[Collection(SharedServerTests.Name)]
public sealed class PhotoTests(SharedServer shared)
{
    [Fact]
    public async Task A_phone_photo_becomes_upright_bare_variants_in_all_sizes()
    {
        using var alice = await shared.Server.PersonAsync();
        var asset = await alice.TerminalAsync(await alice.UploadAsync(CameraPhoto.Bytes));

        asset.Text("status").ShouldBe("ready");
        VariantCheck.AreAllSizes(asset);
        using var photos = new Photos();
        foreach (var variant in asset.Json["variants"]!.AsArray()) await CheckAsync(variant!, photos);
    }

    [Fact]
    public async Task The_placeholder_is_small_and_whole()
    {
        using var alice = await shared.Server.PersonAsync();
        var asset = await alice.TerminalAsync(await alice.UploadAsync(CameraPhoto.Bytes));
        var placeholder = asset.Json["placeholder"]!;
        placeholder["dataUrl"]!.GetValue<string>().ShouldStartWith("data:image/");
        placeholder["dataUrl"]!.GetValue<string>().Length.ShouldBeLessThan(400);
        Convert.FromBase64String(placeholder["thumbHash"]!.GetValue<string>()).Length.ShouldBeInRange(5, 25);
        placeholder["color"]!.GetValue<string>().ShouldMatch("^#[0-9a-f]{6}$");
    }

    [Fact]
    public async Task The_image_address_answers_by_width_and_by_what_the_browser_accepts()
    {
        using var alice = await shared.Server.PersonAsync();
        var id = (await alice.TerminalAsync(await alice.UploadAsync(CameraPhoto.Bytes))).Id;
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = shared.Server.Address };

        (await LocationAsync(browser, $"/api/assets/{id}/image?w=600", "image/avif,image/webp,*/*")).ShouldEndWith("/w640.webp");
        (await LocationAsync(browser, $"/api/assets/{id}/image?w=600", "*/*")).ShouldEndWith("/w640.jpg");
        (await LocationAsync(browser, $"/api/assets/{id}/image", "*/*")).ShouldEndWith("/w2048.jpg");
        (await LocationAsync(browser, $"/api/assets/{id}/image?format=webp&w=9000", "*/*")).ShouldEndWith("/w2048.webp");
        (await browser.GetAsync(new Uri($"/api/assets/{Guid.NewGuid()}/image", UriKind.Relative))).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_file_that_claims_another_image_type_is_taken_as_what_it_is()
    {
        using var photos = new Photos();
        var png = await File.ReadAllBytesAsync(photos.Make("drawing.png", "-size", "400x300", "gradient:blue-white"));
        using var alice = await shared.Server.PersonAsync();
        var id = await alice.UploadAsync(png, "photo.jpg", "image/jpeg");
        var asset = await alice.TerminalAsync(id);
        asset.Text("status").ShouldBe("ready");
        asset.Text("contentType").ShouldBe("image/png");
        (await alice.TimelineKindsAsync(id)).ShouldContain("type_differs");
    }

    private static async Task CheckAsync(JsonNode variant, Photos photos)
    {
        using var anyone = new HttpClient();
        using var answer = await anyone.GetAsync(new Uri(variant["url"]!.GetValue<string>()));
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        answer.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        answer.Content.Headers.ContentType!.ToString().ShouldBe(variant["contentType"]!.GetValue<string>());
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        bytes.LongLength.ShouldBe(variant["bytes"]!.GetValue<long>());
        VariantCheck.IsUprightAndBare(variant, bytes, photos);
    }

    private static async Task<string> LocationAsync(HttpClient browser, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await browser.SendAsync(request);
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.Found);
        answer.Headers.Vary.ShouldContain("Accept");
        return answer.Headers.Location!.AbsoluteUri;
    }
}
