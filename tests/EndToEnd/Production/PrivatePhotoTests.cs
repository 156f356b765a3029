using System.Security.Cryptography;
using Pipeline.Storage;

namespace Pipeline.EndToEnd.Production;

/// <summary>Private photos and downloads on the real servers.</summary>
[Collection(ProductionServersTests.Name)]
public sealed class PrivatePhotoTests(ProductionServers servers)
{
    [Fact]
    public async Task A_photo_moves_between_the_areas_of_the_bucket_and_its_owner_downloads_it_in_both()
    {
        using var alice = servers.Person("alice");
        using var stranger = new HttpClient();
        using var bucket = new Bucket();
        var presigned = await alice.PostAsync("/api/upload/presigned-url", new { filename = "여름 \"1\".jpg", contentType = "image/jpeg", fileSize = CameraPhoto.Bytes.Length, visibility = "private" });
        (await Person.PutAsync(presigned, CameraPhoto.Bytes)).Status.ShouldBe(200);
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
        var id = presigned.Id;
        var asset = await alice.TerminalAsync(id);
        asset.Text("status").ShouldBe("ready");
        (await bucket.KeysAsync(ObjectKey.VariantsOf(id))).ShouldBeEmpty();
        (await bucket.KeysAsync(ObjectKey.PrivateVariantsOf(id))).ShouldBe(Bucket.KeysOf(asset), ignoreOrder: true);
        foreach (var key in Bucket.KeysOf(asset))
        {
            (await bucket.ReadAsync(key)).CacheControl.ShouldContain("private");
            ((int)(await stranger.GetAsync(new Uri($"{ProductionSettings.S3}/{ProductionSettings.Bucket}/{key}"))).StatusCode).ShouldBe(403);
        }

        await IsDownloadedAsync(alice, stranger, id, asset);
        (await alice.PatchJsonAsync($"/api/assets/{id}", new { visibility = "public" })).Status.ShouldBe(200);
        await Eventually.True(async () => (await bucket.KeysAsync(ObjectKey.PrivateVariantsOf(id))).Count == 0, "it is public", TimeSpan.FromSeconds(60));
        var shown = await alice.AssetAsync(id);
        (await bucket.KeysAsync(ObjectKey.VariantsOf(id))).ShouldBe(Bucket.KeysOf(shown), ignoreOrder: true);
        (await bucket.ReadAsync(Bucket.KeysOf(shown)[0])).CacheControl.ShouldBe("public, max-age=31536000, immutable");
        await IsDownloadedAsync(alice, stranger, id, shown);

        (await alice.PatchJsonAsync($"/api/assets/{id}", new { visibility = "private" })).Status.ShouldBe(200);
        await Eventually.True(async () => (await bucket.KeysAsync(ObjectKey.VariantsOf(id))).Count == 0, "it is private again", TimeSpan.FromSeconds(60));
        await IsDownloadedAsync(alice, stranger, id, await alice.AssetAsync(id));

        (await alice.DeleteAsync($"/api/assets/{id}")).Status.ShouldBe(204);
        await Eventually.True(async () => (await bucket.KeysAsync(ObjectKey.PrivateVariantsOf(id))).Count == 0, "nothing is left", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_photo_that_nobody_confirms_becomes_ready_because_the_store_tells_of_it()
    {
        const string Secret = "a-secret-of-the-store-0123456789-0123456789";
        await using var api = await servers.StartTemporaryApiAsync(("StoreEvents__Secret", Secret));
        using var alice = api.Person("alice");
        var presigned = await alice.PostAsync("/api/upload/presigned-url", new { filename = "a.jpg", contentType = "image/jpeg", fileSize = PlainPhoto.Bytes.Length, autoConfirm = true });
        (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);
        using var store = api.Sender(Secret);

        var told = await store.PostAsync("/api/store-events", new { Records = new[] { new { eventName = "ObjectCreated:Put", s3 = new { @object = new { key = Uri.EscapeDataString(presigned.Text("key")) } } } } });

        told.Status.ShouldBe(200);
        (await alice.TerminalAsync(presigned.Id)).Text("status").ShouldBe("ready");
        (await alice.TimelineKindsAsync(presigned.Id)).Count(kind => kind == "confirmed").ShouldBe(1);
    }

    private static async Task IsDownloadedAsync(Person alice, HttpClient stranger, Guid id, Answer asset)
    {
        var variant = asset.Json["variants"]!.AsArray().Single(v => v!["name"]!.ToString() == "w640" && v["format"]!.ToString() == "webp")!;
        using var file = await stranger.GetAsync(new Uri((await alice.GetAsync($"/api/assets/{id}/download-url?variant=w640&format=webp&expiresIn=60")).Text("url")));
        Convert.ToHexStringLower(SHA256.HashData(await file.Content.ReadAsByteArrayAsync())).ShouldBe(variant["sha256"]!.ToString());
        file.Content.Headers.NonValidated["Content-Disposition"].ToString()
            .ShouldBe("attachment; filename=\"__ _1_-w640.webp\"; filename*=UTF-8''%EC%97%AC%EB%A6%84%20_1_-w640.webp");
        file.Content.Headers.ContentType!.ToString().ShouldBe("image/webp");
        using var original = await stranger.GetAsync(new Uri((await alice.GetAsync($"/api/assets/download-url?key={asset.Json["variants"]![0]!["key"]}")).Text("url")));
        ((int)original.StatusCode).ShouldBe(200);
        using var whole = await stranger.GetAsync(new Uri((await alice.GetAsync($"/api/assets/{id}/download-url")).Text("url")));
        (await whole.Content.ReadAsByteArrayAsync()).ShouldBe(CameraPhoto.Bytes);
    }
}
