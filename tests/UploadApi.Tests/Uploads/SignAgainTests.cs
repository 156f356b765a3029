using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Uploads;

public sealed class SignAgainTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task The_same_upload_gets_another_url_and_its_row_knows_how_long_it_is_valid()
    {
        var asset = await _room.AddAsync();
        _room.Time.Advance(TimeSpan.FromHours(1));

        var upload = (await SignAsync(asset.Id)).ShouldBeOfType<SignAgainResult.Issued>().Upload;

        (upload.Asset.Id, upload.Asset.IncomingKey).ShouldBe((asset.Id, asset.IncomingKey));
        upload.Put.Url.AbsolutePath.ShouldEndWith(asset.IncomingKey);
        upload.Put.ExpiresAt.ShouldBe(_room.Now.AddSeconds(_room.Uploads.UrlSeconds));
        (await _room.RowAsync(asset.Id)).UploadUrlExpiresAt.ShouldBe(upload.Put.ExpiresAt);
    }

    [Fact]
    public async Task A_shorter_url_does_not_hide_that_an_earlier_one_is_valid_for_longer()
    {
        var asset = await _room.AddAsync();
        _room.Uploads.UrlSeconds = 10;

        (await SignAsync(asset.Id)).ShouldBeOfType<SignAgainResult.Issued>();

        (await _room.RowAsync(asset.Id)).UploadUrlExpiresAt.ShouldBe(_room.Now + Some.UrlLife);
    }

    /// <summary>The URL works until it expires, whatever becomes of the asset.</summary>
    [Fact]
    public async Task A_file_that_comes_by_the_second_url_after_the_upload_has_expired_is_deleted()
    {
        var asset = await _room.AddAsync();
        _room.Time.Advance(TimeSpan.FromHours(1));
        (await SignAsync(asset.Id)).ShouldBeOfType<SignAgainResult.Issued>();
        await _room.ChangeAsync(asset.Id, a => a.Expire(_room.Now));
        await _room.TidyAsync();
        _room.Time.Advance(TimeSpan.FromMinutes(4));
        await _room.PutAsync(asset.IncomingKey);

        _room.Time.Advance(TimeSpan.FromMinutes(15));
        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_a_pending_upload_of_ones_own_gets_a_url()
    {
        var (confirmed, expired, deleted, other) = (await _room.AddConfirmedAsync(), await _room.AddAsync(), await _room.AddAsync(), await _room.AddOfAsync("eve"));
        await _room.ChangeAsync(expired.Id, a => a.Expire(_room.Now));
        await _room.ChangeAsync(deleted.Id, a => a.Delete(_room.Now));

        (await SignAsync(confirmed.Id)).ShouldBeOfType<SignAgainResult.AlreadyConfirmed>();
        (await SignAsync(expired.Id)).ShouldBeOfType<SignAgainResult.Expired>();
        (await SignAsync(deleted.Id)).ShouldBeOfType<SignAgainResult.NotFound>();
        (await SignAsync(other.Id)).ShouldBeOfType<SignAgainResult.NotFound>();
    }

    private async Task<SignAgainResult> SignAsync(Guid id)
    {
        await using var db = _room.Open();
        return await new SignUploadAgain(new AssetStore(db), _room.Urls()).RunAsync(id, new Caller(Some.Owner), default);
    }
}

/// <summary>The same by HTTP.</summary>
[Collection(ApiHostTests.Name)]
public sealed class SignAgainRouteTests(ApiHost api)
{
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    [Fact]
    public async Task The_new_url_takes_the_file_as_the_first_did_and_is_no_presign_request()
    {
        var first = await api.PostAsync("/api/upload/presigned-url", new { filename = "cat.jpg", contentType = "image/pjpeg", fileSize = 3, sha256 = Sha256Of123 }, _user);

        var again = await api.PostAsync($"/api/upload/{first.Text("id")}/url", new { }, _user);

        again.Status.ShouldBe(200);
        foreach (var name in new[] { "id", "key", "method", "headers", "publicUrl", "expiresIn" }) again.Json[name]!.ToJsonString().ShouldBe(first.Json[name]!.ToJsonString(), name);
        (again.Headers["RateLimit-Limit"], again.Headers["RateLimit-Remaining"]).ShouldBe(("600", "599"));
        var headers = again.Json["headers"]!.AsObject().Where(h => h.Key != "Content-Type").Select(h => (h.Key, h.Value!.ToString())).ToArray();
        var put = await api.SendAsync("PUT", new Uri(again.Text("uploadUrl")).PathAndQuery, new ByteArrayContent([1, 2, 3]), user: null, [.. headers, ("Content-Type", "image/jpeg")]);
        put.Status.ShouldBe(200);
        (await api.PostAsync("/api/upload/confirm", new { id = first.Text("id") }, _user)).Status.ShouldBe(202);

        var late = await api.PostAsync($"/api/upload/{first.Text("id")}/url", new { }, _user);
        (late.Status, late.Code).ShouldBe((409, "already_confirmed"));
    }

    [Theory]
    [InlineData("0191e9a0-0000-7000-8000-000000000000", 404, "not_found")]
    [InlineData("photo", 400, "invalid_request")]
    public async Task An_id_that_nothing_has_gets_no_url(string id, int status, string code)
    {
        var answer = await api.PostAsync($"/api/upload/{id}/url", new { }, _user);

        (answer.Status, answer.Code).ShouldBe((status, code));
    }

    private const string Sha256Of123 = "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81";
}
