using System.Net.Http.Json;
using Pipeline.Assets;
using Pipeline.Storage;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Delivery;

[Collection(ApiHostTests.Name)]
public sealed class VisibilityTests(ApiHost api)
{
    [Theory]
    [InlineData(null, "public")]
    [InlineData("public", "public")]
    [InlineData("private", "private")]
    public async Task An_upload_says_who_will_see_its_variants(string? visibility, string shown)
    {
        var presigned = await api.PostAsync("/api/upload/presigned-url", new { filename = "a.jpg", contentType = "image/jpeg", fileSize = 3, visibility });

        (await api.GetAsync($"/api/assets/{presigned.Text("id")}")).Text("visibility").ShouldBe(shown);
    }

    [Fact]
    public async Task A_batch_says_it_for_all_files_that_do_not()
    {
        var batch = await api.PostAsync("/api/upload/presigned-urls", new
        {
            visibility = "private",
            files = new object[] { new { filename = "a.jpg", contentType = "image/jpeg", fileSize = 3 }, new { filename = "b.jpg", contentType = "image/jpeg", fileSize = 3, visibility = "public" } },
        });

        (await api.GetAsync($"/api/batches/{batch.Text("batchId")}")).Json["assets"]!.AsArray().Select(a => a!["visibility"]!.ToString()).ShouldBe(["private", "public"]);
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("Private")]
    [InlineData("")]
    [InlineData("1")]
    public async Task Another_word_is_refused(string visibility)
    {
        var asset = await api.AddReadyAsync();
        (await api.PostAsync("/api/upload/presigned-url", new { filename = "a.jpg", contentType = "image/jpeg", fileSize = 3, visibility })).Errors["visibility"].ShouldBe("must be public or private");
        (await PatchAsync(asset.Id, new { visibility })).Errors["visibility"].ShouldBe("is unknown: must be public or private");
        (await PatchAsync(asset.Id, new { })).Errors["visibility"].ShouldBe("is required: must be public or private");
        (await PatchAsync(asset.Id, new { visibility = 1 })).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_private_asset_has_no_URL_and_shows_nothing_to_strangers_from_the_moment_of_the_answer()
    {
        var asset = await api.AddReadyAsync();
        (await api.GetAsync($"/api/assets/{asset.Id}/image", user: null)).Status.ShouldBe(302);

        var hidden = await PatchAsync(asset.Id, new { visibility = "private" });

        hidden.Status.ShouldBe(200);
        hidden.Text("visibility").ShouldBe("private");
        hidden.Json["variants"]!.AsArray().ShouldAllBe(v => v!["url"] == null && v["key"] != null);
        foreach (var user in (string?[])[null, "bob"])
        {
            var image = await api.GetAsync($"/api/assets/{asset.Id}/image", user);
            (image.Status, image.Code).ShouldBe((404, "not_found"));
            image.Headers["Cache-Control"].ShouldBe("no-store, private");
            image.Headers["Vary"].ShouldContain("Accept");
        }

        (await api.SendAsync(AppToken.For("ada", ApiHost.Secret, tenant: "acme"), "GET", $"/api/assets/{asset.Id}/image", body: null)).Status.ShouldBe(404);
        (await api.GetAsync($"/api/assets/{asset.Id}/timeline")).Json["events"]!.AsArray().Select(e => e!["detail"]!.ToString()).ShouldContain("The asset is private.");
    }

    [Fact]
    public async Task The_owner_and_an_admin_see_a_private_image_by_a_URL_that_expires()
    {
        var asset = await api.AddReadyAsync();
        await PatchAsync(asset.Id, new { visibility = "private" });

        foreach (var token in (string[])[AppToken.For("ada", ApiHost.Secret), AppToken.For("root", ApiHost.Secret, "admin")])
        {
            var image = await api.SendAsync(token, "GET", $"/api/assets/{asset.Id}/image", body: null, ("Accept", "image/webp"));
            image.Status.ShouldBe(302);
            image.Headers["Cache-Control"].ShouldBe("no-store, private");
            image.Headers["Location"].ShouldContain("signature=");
            image.Headers["Location"].ShouldContain("w320.webp");
        }
    }

    [Fact]
    public async Task Only_the_owner_changes_it_and_a_deleted_asset_is_not_found()
    {
        var asset = await api.AddReadyAsync();
        (await PatchAsync(asset.Id, new { visibility = "private" }, "bob")).Code.ShouldBe("not_found");
        (await PatchAsync(asset.Id, new { visibility = "private" }, user: null)).Status.ShouldBe(401);
        (await api.GetAsync($"/api/assets/{asset.Id}")).Text("visibility").ShouldBe("public");
        (await PatchAsync(asset.Id, new { visibility = "public" })).Status.ShouldBe(200);

        await api.ChangeAsync(asset.Id, a => a.Delete(TimeProvider.System.GetUtcNow()));
        (await PatchAsync(asset.Id, new { visibility = "private" })).Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task The_objects_move_and_come_back_under_other_keys()
    {
        var asset = await api.AddReadyAsync();
        var store = api.Service<StorageAreas>();
        foreach (var variant in asset.Publication!.Variants) await store.Public.WriteAsync(ObjectKey.Parse(variant.Key), new MemoryStream([1, 2, 3]), 3, new WriteOptions { ContentType = variant.ContentType }, default);
        await store.Originals.WriteAsync(ObjectKey.Parse(asset.Publication.Original.Key), new MemoryStream([1, 2, 3]), 3, new WriteOptions { ContentType = "image/jpeg" }, default);
        var url = new Uri((await api.GetAsync($"/api/assets/{asset.Id}")).Json["variants"]![0]!["url"]!.ToString()).PathAndQuery;
        (await api.GetAsync(url, user: null)).Status.ShouldBe(200);

        await PatchAsync(asset.Id, new { visibility = "private" });
        await Eventually.True(async () => (await api.GetAsync(url, user: null)).Status == 404, "the public object is gone");
        var hidden = (await api.GetAsync($"/api/assets/{asset.Id}")).Json["variants"]![0]!["key"]!.ToString();
        hidden.ShouldStartWith("private/");
        (await api.GetAsync($"/storage/{hidden}", user: null)).Status.ShouldBe(403);
        (await api.GetAsync($"/storage/public/{hidden}", user: null)).Status.ShouldBe(403);
        var signed = await api.GetAsync($"/api/assets/download-url?key={asset.Publication.Variants[0].Key}");
        (await api.GetAsync(new Uri(signed.Text("url")).PathAndQuery, user: null)).Status.ShouldBe(200);

        await PatchAsync(asset.Id, new { visibility = "public" });
        await Eventually.True(async () => (await api.GetAsync($"/api/assets/{asset.Id}")).Json["variants"]![0]!["url"] is not null, "it is public again");
        var again = new Uri((await api.GetAsync($"/api/assets/{asset.Id}")).Json["variants"]![0]!["url"]!.ToString()).PathAndQuery;
        again.ShouldNotBe(url);
        (await api.GetAsync(again, user: null)).Status.ShouldBe(200);
        (await api.GetAsync(url, user: null)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Image_answers_name_Accept_whatever_they_are()
    {
        var asset = await api.AddReadyAsync();
        foreach (var path in (string[])[$"{asset.Id}/image", $"{asset.Id}/image?w=0", $"{asset.Id}/image?format=bmp", $"{asset.Id}/image?w=abc", $"{asset.Id}/image?w=99999999999", "no-id/image", $"{Guid.NewGuid()}/image"])
            (await api.GetAsync($"/api/assets/{path}", user: null)).Headers["Vary"].ShouldContain("Accept", customMessage: path);
    }

    private Task<HttpAnswer> PatchAsync(Guid id, object body, string? user = "ada") => api.SendAsync("PATCH", $"/api/assets/{id}", JsonContent.Create(body), user);
}
