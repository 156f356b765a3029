using System.Security.Cryptography;
using Pipeline.Storage;

namespace Pipeline.EndToEnd;

/// <summary>What owners and all others get of private photos, from the embedded server.</summary>
[Collection(SharedServerTests.Name)]
public sealed class PrivateAssetTests(SharedServer shared)
{
    [Fact]
    public async Task A_private_photo_is_never_public_and_its_owner_sees_it_by_URLs_that_expire()
    {
        using var alice = await shared.Server.PersonAsync();
        using var stranger = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = shared.Server.Address };
        var presigned = await alice.PostAsync("/api/upload/presigned-url", new { filename = "secret \"사진\".jpg", contentType = "image/jpeg", fileSize = CameraPhoto.Bytes.Length, visibility = "private" });
        (await Person.PutAsync(presigned, CameraPhoto.Bytes)).Status.ShouldBe(200);
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);

        var asset = await alice.TerminalAsync(presigned.Id);

        asset.Text("status").ShouldBe("ready");
        asset.Text("visibility").ShouldBe("private");
        shared.Server.Published(presigned.Id).ShouldBeEmpty();
        foreach (var variant in asset.Json["variants"]!.AsArray())
        {
            variant!["url"].ShouldBeNull();
            var key = variant["key"]!.ToString();
            key.ShouldStartWith(ObjectKey.PrivateVariantsOf(presigned.Id));
            foreach (var path in (string[])[$"/storage/{key}", $"/storage/public/{key}", $"/storage/public/{key.Replace("private/", "assets/", StringComparison.Ordinal)}"])
                ((int)(await stranger.GetAsync(new Uri(path, UriKind.Relative))).StatusCode).ShouldBeOneOf(403, 404);
        }

        ((int)(await stranger.GetAsync(new Uri($"/api/assets/{presigned.Id}/image", UriKind.Relative))).StatusCode).ShouldBe(404);
        ((int)(await stranger.GetAsync(new Uri($"/api/assets/{presigned.Id}/picture", UriKind.Relative))).StatusCode).ShouldBe(404);

        var signed = await alice.GetAsync($"/api/assets/{presigned.Id}/download-url?variant=w640&format=webp");
        var file = await stranger.GetAsync(new Uri(signed.Text("url")));
        Convert.ToHexStringLower(SHA256.HashData(await file.Content.ReadAsByteArrayAsync()))
            .ShouldBe(asset.Json["variants"]!.AsArray().Single(v => v!["name"]!.ToString() == "w640" && v["format"]!.ToString() == "webp")!["sha256"]!.ToString());
        file.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
        var original = await stranger.GetAsync(new Uri((await alice.GetAsync($"/api/assets/{presigned.Id}/download-url")).Text("url")));
        (await original.Content.ReadAsByteArrayAsync()).ShouldBe(CameraPhoto.Bytes);
        (await alice.TimelineKindsAsync(presigned.Id)).ShouldContain("original_shared");
    }

    [Fact]
    public async Task The_name_of_a_download_is_on_the_wire_as_two_standards_want_it()
    {
        using var alice = await shared.Server.PersonAsync();
        var presigned = await alice.PresignAsync("a \"b\";\u2066c\u2069 사진 👩‍👩‍👧.jpg", "image/jpeg", PlainPhoto.Bytes.Length);
        (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
        (await alice.TerminalAsync(presigned.Id)).Text("status").ShouldBe("ready");
        var url = new Uri((await alice.GetAsync($"/api/assets/{presigned.Id}/download-url")).Text("url"));

        using var connection = await RawConnection.OpenAsync(shared.Server.Address);
        await connection.SendAsync($"HEAD {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: close\r\n\r\n");
        var lines = await connection.HeadAsync();

        lines[0].ShouldBe("HTTP/1.1 200 OK");
        lines.ShouldContain("Content-Disposition: attachment; filename=\"a _b__c __ _____.jpg\"; filename*=UTF-8''a%20_b_%3Bc%20%EC%82%AC%EC%A7%84%20%F0%9F%91%A9%E2%80%8D%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7.jpg");
        lines.ShouldContain("Content-Type: image/jpeg");
        lines.ShouldContain("X-Content-Type-Options: nosniff");
        lines.ShouldContain("Cache-Control: private, no-store");
    }

    [Fact]
    public async Task A_photo_that_becomes_private_is_gone_from_its_URL_and_a_reprocess_keeps_it_private_until_it_becomes_public_again()
    {
        using var alice = await shared.Server.PersonAsync();
        using var stranger = new HttpClient { BaseAddress = shared.Server.Address };
        var id = await alice.UploadAsync(PlainPhoto.Bytes);
        var url = new Uri((await alice.TerminalAsync(id)).Json["variants"]![0]!["url"]!.ToString());
        ((int)(await stranger.GetAsync(url)).StatusCode).ShouldBe(200);

        (await alice.PatchJsonAsync($"/api/assets/{id}", new { visibility = "private" })).Status.ShouldBe(200);
        await Eventually.True(async () => (int)(await stranger.GetAsync(url)).StatusCode == 404, "the public object is gone", TimeSpan.FromSeconds(60));
        await Eventually.True(() => shared.Server.Published(id).Count == 0, "and so are the others", TimeSpan.FromSeconds(60));

        (await alice.PostAsync($"/api/assets/{id}/reprocess")).Status.ShouldBe(202);
        await Eventually.True(async () => (await alice.AssetAsync(id)).Json["revision"]!.GetValue<int>() == 2, "it is processed again", TimeSpan.FromSeconds(60));
        shared.Server.Published(id).ShouldBeEmpty();
        (await alice.AssetAsync(id)).Json["variants"]!.AsArray().ShouldAllBe(v => v!["url"] == null);

        (await alice.PatchJsonAsync($"/api/assets/{id}", new { visibility = "public" })).Status.ShouldBe(200);
        await Eventually.True(async () => (await alice.AssetAsync(id)).Json["variants"]!.AsArray().All(v => v!["url"] is not null), "it is public again", TimeSpan.FromSeconds(60));
        foreach (var variant in (await alice.AssetAsync(id)).Json["variants"]!.AsArray())
            ((int)(await stranger.GetAsync(new Uri(variant!["url"]!.ToString()))).StatusCode).ShouldBe(200);
        ((int)(await stranger.GetAsync(url)).StatusCode).ShouldBe(404);
    }

    [Fact]
    public async Task A_photo_that_nobody_confirms_becomes_ready_because_it_has_arrived()
    {
        using var alice = await shared.Server.PersonAsync();
        var presigned = await alice.PostAsync("/api/upload/presigned-url", new { filename = "a.jpg", contentType = "image/jpeg", fileSize = PlainPhoto.Bytes.Length, autoConfirm = true });
        (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);

        (await alice.TerminalAsync(presigned.Id)).Text("status").ShouldBe("ready");
    }
}
