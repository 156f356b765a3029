using Pipeline.Assets;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Delivery;

[Collection(ApiHostTests.Name)]
public sealed class DownloadUrlTests(ApiHost api)
{
    private static readonly byte[] Bytes = [.. "the bytes of a file"u8];

    [Theory]
    [InlineData("")]
    [InlineData("?variant=original")]
    public async Task The_owner_downloads_the_frozen_original_under_its_own_name(string query)
    {
        var asset = await ReadyAsync();

        var answer = await api.GetAsync($"/api/assets/{asset.Id}/download-url{query}");

        answer.Status.ShouldBe(200);
        answer.Headers["Cache-Control"].ShouldBe("no-store, private");
        var file = await FetchAsync(answer);
        file.Status.ShouldBe(200);
        file.Body.ShouldBe("the bytes of a file");
        file.Headers["Content-Type"].ShouldBe("image/jpeg");
        file.Headers["Content-Disposition"].ShouldBe("attachment; filename=\"cat.jpg\"; filename*=UTF-8''cat.jpg");
        file.Headers["Cache-Control"].ShouldBe("no-store, private");
        file.Headers["X-Content-Type-Options"].ShouldBe("nosniff");
    }

    [Theory]
    [InlineData("variant=w320", "cat-w320.jpg", "image/jpeg")]
    [InlineData("variant=w320&format=webp", "cat-w320.webp", "image/webp")]
    [InlineData("variant=w320&format=jpg", "cat-w320.jpg", "image/jpeg")]
    [InlineData("variant=w320.webp", "cat-w320.webp", "image/webp")]
    public async Task A_variant_is_named_by_name_and_format(string query, string name, string type)
    {
        var asset = await ReadyAsync();

        var file = await FetchAsync(await api.GetAsync($"/api/assets/{asset.Id}/download-url?{query}"));

        file.Headers["Content-Disposition"].ShouldContain($"filename=\"{name}\"");
        file.Headers["Content-Type"].ShouldBe(type);
    }

    [Fact]
    public async Task A_stored_key_becomes_a_URL_of_its_file()
    {
        var asset = await ReadyAsync();
        var variant = asset.Publication!.Variants[1];

        foreach (var (key, name) in new[] { (asset.IncomingKey, "cat.jpg"), (asset.Publication.Original.Key, "cat.jpg"), (variant.Key, "cat-w320.webp") })
        {
            var byKey = await api.GetAsync($"/api/assets/download-url?key={Uri.EscapeDataString(key)}&expiresIn=1");
            (await FetchAsync(byKey)).Headers["Content-Disposition"].ShouldContain($"filename=\"{name}\"");
            var byId = await api.GetAsync($"/api/assets/{asset.Id}/download-url?variant={Uri.EscapeDataString(key)}");
            (await FetchAsync(byId)).Headers["Content-Disposition"].ShouldContain($"filename=\"{name}\"");
        }
    }

    [Fact]
    public async Task Each_URL_of_an_original_is_one_line_in_the_timeline_and_one_of_a_variant_is_none()
    {
        var asset = await ReadyAsync();
        await api.GetAsync($"/api/assets/{asset.Id}/download-url?expiresIn=60");
        await api.GetAsync($"/api/assets/{asset.Id}/download-url?variant=w320");
        await api.GetAsync($"/api/assets/download-url?key={asset.IncomingKey}");
        await AsAdminAsync($"/api/assets/{asset.Id}/download-url");

        var lines = (await api.GetAsync($"/api/assets/{asset.Id}/timeline")).Json["events"]!.AsArray()
            .Where(e => e!["kind"]!.ToString() == "original_shared").Select(e => e!["detail"]!.ToString());

        lines.ShouldBe(
        [
            "User 'ada' got a URL of the original, valid for 60 s.", "User 'ada' got a URL of the original, valid for 300 s.", "User 'root' got a URL of the original, valid for 300 s.",
        ]);
    }

    [Fact]
    public async Task Strangers_get_no_URL_and_admins_of_the_tenant_do()
    {
        var asset = await ReadyAsync();
        foreach (var path in (string[])[$"/api/assets/{asset.Id}/download-url", $"/api/assets/download-url?key={asset.IncomingKey}", $"/api/assets/download-url?key={asset.Publication!.Variants[0].Key}"])
        {
            (await api.GetAsync(path, "bob")).Code.ShouldBe("not_found");
            (await api.GetAsync(path, user: null)).Status.ShouldBe(401);
            (await AsAdminAsync(path)).Status.ShouldBe(200);
            (await AsAdminAsync(path, "acme")).Code.ShouldBe("not_found", "an admin of another tenant");
        }
    }

    [Theory]
    [InlineData("expiresIn=0", "expiresIn")]
    [InlineData("expiresIn=3601", "expiresIn")]
    [InlineData("expiresIn=-1", "expiresIn")]
    [InlineData("expiresIn=1.5", "expiresIn")]
    [InlineData("expiresIn=soon", "expiresIn")]
    [InlineData("expiresIn=99999999999", "expiresIn")]
    [InlineData("format=bmp", "format")]
    [InlineData("variant=w320.exe", "format")]
    [InlineData("variant=", "variant")]
    public async Task A_wrong_value_is_refused_by_its_name(string query, string field)
    {
        var answer = await api.GetAsync($"/api/assets/{(await ReadyAsync()).Id}/download-url?{query}");

        answer.Status.ShouldBe(400);
        answer.Errors.Keys.ShouldBe([field]);
    }

    [Theory]
    [InlineData("variant=w9999")]
    [InlineData("variant=w320&format=png")]
    [InlineData("format=webp")]
    [InlineData("variant=..%2F..%2Fetc%2Fpasswd")]
    [InlineData("variant=%00")]
    [InlineData("variant=assets%2Fx%2Fy.jpg")]
    public async Task A_variant_that_is_not_there_is_told_with_those_that_are(string query)
    {
        var answer = await api.GetAsync($"/api/assets/{(await ReadyAsync()).Id}/download-url?{query}");

        answer.Code.ShouldBe("unknown_variant");
        answer.Status.ShouldBe(404);
        answer.Text("detail").ShouldContain("original, w320 (jpeg), w320 (webp)");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?key=")]
    public async Task A_key_is_required(string query) =>
        (await api.GetAsync($"/api/assets/download-url{query}")).Errors.Keys.ShouldBe(["key"]);

    [Theory]
    [InlineData("uploads/ada/none.jpg")]
    [InlineData("quarantine/0191e9a0-0000-7000-8000-00000000000e")]
    [InlineData("assets/0e/0191e9a0-0000-7000-8000-00000000000e/r/w320.jpg")]
    [InlineData("assets/0e/not-an-id/r/w320.jpg")]
    [InlineData("../secret")]
    [InlineData("%00")]
    [InlineData("watermarks/mark.png")]
    public async Task A_key_of_nothing_is_not_found(string key) =>
        (await api.GetAsync($"/api/assets/download-url?key={key}")).Code.ShouldBe("not_found");

    [Fact]
    public async Task Nothing_that_was_not_published_is_ever_signed()
    {
        var now = TimeProvider.System.GetUtcNow();
        var pending = await api.AddAsync(Some.Upload(now));
        var queued = await api.AddAsync(Some.Upload(now), a => a.Confirm(Some.ETag, null, now));
        var infected = await api.AddAsync(Some.Upload(now), a => a.Confirm(Some.ETag, null, now), a => a.Reject(Some.Rejected(a) with { Code = RejectionCode.Infected }, now));
        var expired = await api.AddAsync(Some.Upload(now), a => a.Expire(now));
        var deleted = await ReadyAsync();
        await api.ChangeAsync(deleted.Id, a => a.Delete(now));

        foreach (var (asset, status) in new[] { (pending, "pending"), (queued, "queued"), (infected, "rejected"), (expired, "expired") })
        {
            foreach (var path in (string[])[$"{asset.Id}/download-url", $"{asset.Id}/download-url?variant=w320", $"download-url?key={asset.IncomingKey}"])
            {
                var answer = await api.GetAsync($"/api/assets/{path}");
                answer.Code.ShouldBe("not_downloadable", path);
                answer.Status.ShouldBe(409);
                answer.Text("detail").ShouldContain(status);
            }
        }

        (await api.GetAsync($"/api/assets/{deleted.Id}/download-url")).Code.ShouldBe("not_found");
        (await api.GetAsync($"/api/assets/download-url?key={deleted.IncomingKey}")).Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task A_clean_original_is_named_by_its_format()
    {
        var now = TimeProvider.System.GetUtcNow();
        var asset = await api.AddAsync(Some.Upload(now), a => a.Confirm(Some.ETag, null, now), a => a.MarkReady(
            Some.Ready(a) with { Variants = [Some.Variant(a.Id, "r", 320, "jpeg"), Some.Variant(a.Id, "r", 900, "webp") with { Name = AssetVariant.OriginalName }] }, now));

        (await api.GetAsync($"/api/assets/{asset.Id}/download-url?variant=original&format=webp")).Text("url").ShouldContain("/assets/");
        (await api.GetAsync($"/api/assets/{asset.Id}/download-url?variant=original")).Text("url").ShouldContain("/originals/");
    }

    [Fact]
    public async Task A_holder_can_change_no_field_of_a_URL()
    {
        var url = (await api.GetAsync($"/api/assets/{(await ReadyAsync()).Id}/download-url")).Text("url");
        foreach (var (from, to) in new[] { ("attachment", "inline"), ("image%2Fjpeg", "text%2Fhtml"), ("expires=", "expires=9"), ("/originals/", "/assets/") })
        {
            url.ShouldContain(from);
            (await FetchAsync(url.Replace(from, to, StringComparison.Ordinal))).Status.ShouldBe(403, to);
        }

        (await FetchAsync(url + "&response-content-type=text%2Fhtml")).Status.ShouldBe(403);
        (await FetchAsync(url)).Status.ShouldBe(200);
    }

    private async Task<Asset> ReadyAsync()
    {
        var asset = await api.AddReadyAsync();
        var store = api.Service<StorageAreas>();
        foreach (var (key, type) in asset.Publication!.Variants.Select(v => (v.Key, v.ContentType)).Append((asset.Publication.Original.Key, "image/jpeg")))
            await store.Originals.WriteAsync(ObjectKey.Parse(key), new MemoryStream(Bytes), Bytes.Length, new WriteOptions { ContentType = type }, default);
        return asset;
    }

    private Task<HttpAnswer> AsAdminAsync(string path, string? tenant = null) =>
        api.SendAsync(AppToken.For("root", ApiHost.Secret, "admin", tenant), "GET", path, body: null);

    private Task<HttpAnswer> FetchAsync(HttpAnswer signed) => FetchAsync(signed.Text("url"));

    private Task<HttpAnswer> FetchAsync(string url) => api.SendAsync("GET", new Uri(url).PathAndQuery, user: null);
}
