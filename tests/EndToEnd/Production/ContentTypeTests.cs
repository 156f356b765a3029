using System.Security.Cryptography;
using Pipeline.Storage;

namespace Pipeline.EndToEnd.Production;

/// <summary>The content type of an object comes from its bytes, never from a client's claim.</summary>
[Collection(ProductionServersTests.Name)]
public sealed class ContentTypeTests(ProductionServers servers)
{
    [Fact]
    public async Task A_png_that_calls_itself_a_page_and_a_jpeg_is_stored_as_what_it_is()
    {
        using var alice = servers.Person("alice");
        using var photos = new Photos();
        var png = File.ReadAllBytes(photos.Make("page.png", "-size", "400x300", "plasma:fractal", "-strip"));
        (await alice.PresignAsync("evil.html", "text/html", png.Length)).Text("code").ShouldBe("unsupported_type");
        (await alice.PresignAsync("evil.html", "image/jpeg\r\nContent-Type: text/html", png.Length)).Text("code").ShouldBe("unsupported_type");

        var presigned = await alice.PresignAsync("evil.html", "image/jpeg", png.Length);
        presigned.Text("key").ShouldEndWith(".jpg");
        (await Person.PutAsync(presigned, png, contentType: "text/html")).Status.ShouldBe(403);
        await PutWithHeadersAsync(presigned, png);
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
        var asset = await alice.TerminalAsync(presigned.Id);

        asset.Text("status").ShouldBe("ready");
        asset.Text("contentType").ShouldBe("image/png");
        (await alice.TimelineKindsAsync(asset.Id)).ShouldContain("type_differs");
        using var bucket = new Bucket();
        foreach (var variant in asset.Json["variants"]!.AsArray())
        {
            var stored = await bucket.ReadAsync(variant!["key"]!.GetValue<string>());
            stored.ContentType.ShouldBe($"image/{variant["format"]}");
            (stored.Disposition, stored.Encoding).ShouldBe((null, null));
        }

        var original = await bucket.ReadAsync(ObjectKey.Original(asset.Id, Convert.ToHexStringLower(SHA256.HashData(png))).Value);
        original.ContentType.ShouldBe("image/png");
        (original.Disposition, original.Encoding, original.Language).ShouldBe((null, null, null));
    }

    // The signature does not cover these headers, so the store accepts them with the upload; they must not be published.
    private static async Task PutWithHeadersAsync(Answer presigned, byte[] bytes)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, presigned.Text("uploadUrl")) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        request.Content.Headers.TryAddWithoutValidation("Content-Disposition", "inline; filename=evil.html");
        request.Content.Headers.TryAddWithoutValidation("Content-Language", "x-evil");
        request.Headers.TryAddWithoutValidation("Cache-Control", "public, max-age=1");
        using var response = await http.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(200);
    }
}
