using System.Net.Http.Json;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Persistence;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Idempotency;

/// <summary>Requests that a client sends again because it lost the answer.</summary>
[Collection(ApiHostTests.Name)]
public sealed class IdempotencyApiTests(ApiHost api)
{
    private const string Presign = "/api/upload/presigned-url";
    private const string Batch = "/api/upload/presigned-urls";
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    [Fact]
    public async Task The_same_request_gets_the_same_upload_with_a_fresh_url()
    {
        var key = NewKey();
        var first = await SendAsync(Presign, Photo(), key);
        var again = await SendAsync(Presign, Photo(), key.Trim('"'));

        (again.Status, again.Text("id"), again.Text("key"), again.Text("publicUrl")).ShouldBe((200, first.Text("id"), first.Text("key"), first.Text("publicUrl")));
        again.Text("expiresAt").ShouldNotBeNullOrEmpty();
        again.Json["headers"]!.ToJsonString().ShouldBe(first.Json["headers"]!.ToJsonString());
        first.Headers.ShouldNotContainKey("Idempotency-Replayed");
        again.Headers["Idempotency-Replayed"].ShouldBe("true");
        (await CountAsync()).ShouldBe(1);
        (await api.PutAsync(again.Text("uploadUrl"), [1, 2, 3], "image/jpeg")).Status.ShouldBeInRange(200, 204);
        (await SendAsync("/api/upload/confirm", new { id = first.Text("id") }, key: null)).Status.ShouldBe(202);
    }

    [Fact]
    public async Task White_space_order_and_unknown_fields_make_no_other_request_and_values_do()
    {
        var key = NewKey();
        var first = await SendTextAsync("""{"filename":"a.jpg","contentType":"image/jpeg","fileSize":3}""", key);
        var same = await SendTextAsync("""{ "unknown": [1], "fileSize": 3.0, "sha256": null, "contentType": "image/jpeg", "filename": "a.jpg" }""", key);
        var other = await SendTextAsync("""{"filename":"a.jpg","contentType":"image/jpeg","fileSize":4}""", key);

        same.Text("id").ShouldBe(first.Text("id"));
        (other.Status, other.Code).ShouldBe((422, "idempotency_key_reused"));
        other.Headers.ShouldNotContainKey("Idempotency-Replayed");
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_is_of_one_user_in_one_tenant_on_one_route()
    {
        var key = NewKey();
        var ids = new List<string>
        {
            (await SendAsync(Presign, Photo(), key)).Text("id"),
            (await SendAsync(Presign, Photo(), key, user: _user + "x")).Text("id"),
            (await api.SendAsync(AppToken.For(_user, ApiHost.Secret, tenant: "acme"), "POST", Presign, JsonContent.Create(Photo()), ("Idempotency-Key", key))).Text("id"),
            (await SendAsync(Batch, new { files = new[] { Photo() } }, key)).Json["uploads"]![0]!["id"]!.ToString(),
        };

        ids.ShouldBeUnique();
    }

    [Fact]
    public async Task A_batch_is_repeated_with_its_ids_in_its_order()
    {
        var (key, body) = (NewKey(), new { files = Enumerable.Range(0, 5).Select(i => Photo($"{i}.jpg")).ToArray() });
        var (first, again) = (await SendAsync(Batch, body, key), await SendAsync(Batch, body, key));

        again.Text("batchId").ShouldBe(first.Text("batchId"));
        Ids(again).ShouldBe(Ids(first));
        (await CountAsync()).ShouldBe(5);

        await api.ChangeAsync(Guid.Parse(Ids(first)[2]), a => a.Confirm(Some.ETag, null, TimeProvider.System.GetUtcNow()));
        var late = await SendAsync(Batch, body, key);
        (late.Status, late.Code, late.Text("batchId")).ShouldBe((409, "already_confirmed", first.Text("batchId")));
    }

    [Fact]
    public async Task A_batch_of_which_one_upload_is_deleted_and_none_confirmed_is_repeated_with_not_found()
    {
        var (body, key) = (new { files = new[] { Photo(), Photo() } }, NewKey());
        var first = await SendAsync(Batch, body, key);
        await api.ChangeAsync(Guid.Parse(Ids(first)[1]), a => a.Delete(TimeProvider.System.GetUtcNow()));

        (await SendAsync(Batch, body, key)).Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task A_repeat_after_the_confirm_the_expiry_or_the_deletion_says_so_and_makes_nothing()
    {
        (Func<Asset, bool> Change, int Status, string Code)[] ends =
        [
            (a => a.Confirm(Some.ETag, null, TimeProvider.System.GetUtcNow()), 409, "already_confirmed"),
            (a => a.Expire(TimeProvider.System.GetUtcNow()), 409, "upload_expired"),
            (a => a.Delete(TimeProvider.System.GetUtcNow()), 404, "not_found"),
        ];
        foreach (var (change, status, code) in ends)
        {
            var key = NewKey();
            var id = (await SendAsync(Presign, Photo(), key)).Text("id");
            await api.ChangeAsync(Guid.Parse(id), change);

            var late = await SendAsync(Presign, Photo(), key);

            (late.Status, late.Code).ShouldBe((status, code));
            if (code == "already_confirmed") late.Text("id").ShouldBe(id);
        }

        (await CountAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task A_webhook_is_repeated_without_its_secret()
    {
        var (key, body) = (NewKey(), new { url = "http://127.0.0.1:9/", description = "mine" });
        var (first, again) = (await SendAsync("/api/webhooks", body, key), await SendAsync("/api/webhooks", body, key));

        (first.Status, again.Status, again.Text("id"), again.Headers["Location"]).ShouldBe((201, 201, first.Text("id"), first.Headers["Location"]));
        first.Text("secret").ShouldStartWith("whsec_");
        again.Json.AsObject().ShouldNotContainKey("secret");
        again.Body.ShouldNotContain("whsec_");
        (await api.SendAsync("GET", "/api/webhooks", user: _user)).Json["items"]!.AsArray().Count.ShouldBe(1);

        (await api.SendAsync("DELETE", $"/api/webhooks/{first.Text("id")}", user: _user)).Status.ShouldBe(204);
        (await SendAsync("/api/webhooks", body, key)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_reprocess_is_repeated_with_its_revision()
    {
        var (asset, key) = (await api.AddReadyAsync(_user), NewKey());
        var first = await SendAsync($"/api/assets/{asset.Id}/reprocess", body: null, key);
        await api.ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a), TimeProvider.System.GetUtcNow()));
        var again = await SendAsync($"/api/assets/{asset.Id}/reprocess", body: null, key);

        (first.Status, again.Status, again.Text("revision")).ShouldBe((202, 202, first.Text("revision")));
        (await SendAsync($"/api/assets/{asset.Id}/reprocess", body: null, NewKey())).Text("revision").ShouldBe("3");
        await api.ChangeAsync(asset.Id, a => a.Delete(TimeProvider.System.GetUtcNow()));
        (await SendAsync($"/api/assets/{asset.Id}/reprocess", body: null, key)).Code.ShouldBe("not_found");

        var other = await api.AddReadyAsync(_user);
        (await SendAsync($"/api/assets/{other.Id}/reprocess", body: null, key)).Code.ShouldBe("idempotency_key_reused");
    }

    [Fact]
    public async Task An_error_is_not_kept_so_the_key_can_be_used_for_the_corrected_request()
    {
        var key = NewKey();
        (await SendAsync(Presign, Photo(type: "image/tiff"), key)).Code.ShouldBe("unsupported_type");
        (await SendAsync(Presign, new { filename = "a.jpg" }, key)).Code.ShouldBe("invalid_request");

        (await SendAsync(Presign, Photo(), key)).Status.ShouldBe(200);
        (await SendAsync(Presign, Photo(type: "image/tiff"), key)).Code.ShouldBe("idempotency_key_reused");
    }

    [Theory]
    [InlineData(Presign)]
    [InlineData(Batch)]
    [InlineData("/api/webhooks")]
    public async Task A_malformed_key_is_named_and_makes_nothing(string route)
    {
        object body = route == Presign ? Photo() : route == Batch ? new { files = new[] { Photo() } } : new { url = "http://127.0.0.1:9/" };
        foreach (var key in (string[])["\"\"", "\"open", "two words", "\"a\";x=1", new string('k', 256)])
        {
            var refused = await SendAsync(route, body, key);

            (refused.Status, refused.Code).ShouldBe((400, "invalid_request"), key);
            refused.Errors.Keys.ShouldBe(["Idempotency-Key"]);
        }

        (await CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Fifty_requests_at_once_with_one_key_make_one_upload()
    {
        var key = NewKey();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => SendAsync(Presign, Photo(), key))));

        answers.ShouldAllBe(a => a.Status == 200 || (a.Status == 409 && a.Code == "idempotency_in_progress" && a.Headers.ContainsKey("Retry-After")));
        answers.Where(a => a.Status == 200).Select(a => a.Text("id")).Distinct().ShouldHaveSingleItem();
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_is_forgotten_after_its_time_and_its_record_is_removed()
    {
        var key = NewKey();
        var first = await SendAsync(Presign, Photo(), key);
        await using var scope = api.Service<IServiceScopeFactory>().CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssetDbContext>();
        var mine = db.IdempotencyRecords.Where(r => r.UserId == _user);
        var dayAgo = TimeProvider.System.GetUtcNow().AddHours(-24.5);
        await mine.ExecuteUpdateAsync(row => row.SetProperty(r => r.CreatedAt, dayAgo));

        (await SendAsync(Presign, Photo(), key)).Text("id").ShouldNotBe(first.Text("id"));
        (await mine.CountAsync()).ShouldBe(1);

        await mine.ExecuteUpdateAsync(row => row.SetProperty(r => r.CreatedAt, dayAgo));
        await new IdempotencySweep(db, Options.Create(new IdempotencyOptions()), TimeProvider.System).RunAsync(default);
        (await mine.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task No_record_holds_a_url_or_a_secret()
    {
        var (presigned, webhook) = (await SendAsync(Presign, Photo(), NewKey()), await SendAsync("/api/webhooks", new { url = "http://127.0.0.1:9/" }, NewKey()));
        await using var scope = api.Service<IServiceScopeFactory>().CreateAsyncScope();
        var records = await scope.ServiceProvider.GetRequiredService<AssetDbContext>().IdempotencyRecords.AsNoTracking().Where(r => r.UserId == _user).ToListAsync();

        records.Select(r => r.ResourceId.ToString()).ShouldBe([presigned.Text("id"), webhook.Text("id")], ignoreOrder: true);
        records.ShouldAllBe(r => r.BodyHash.Length == 64);
    }

    [Fact]
    public async Task A_page_of_the_front_end_may_send_the_key_and_read_that_an_answer_is_a_repeat()
    {
        var preflight = await api.SendAsync("OPTIONS", Presign, user: null, headers:
            [("Origin", ApiHost.Frontend), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,content-type,idempotency-key")]);
        preflight.Headers["Access-Control-Allow-Headers"].ShouldContain("idempotency-key", Case.Insensitive);

        var answer = await api.SendAsync("POST", Presign, JsonContent.Create(Photo()), _user, ("Origin", ApiHost.Frontend), ("Idempotency-Key", NewKey()));
        answer.Headers["Access-Control-Expose-Headers"].ShouldContain("Idempotency-Replayed");
    }

    internal static string NewKey() => $"\"{Guid.NewGuid()}\"";

    private static object Photo(string name = "a.jpg", string type = "image/jpeg") => new { filename = name, contentType = type, fileSize = 3 };

    private static List<string> Ids(HttpAnswer batch) => [.. batch.Json["uploads"]!.AsArray().Select(upload => upload!["id"]!.ToString())];

    private Task<HttpAnswer> SendAsync(string path, object? body, string? key, string? user = null) =>
        api.SendAsync("POST", path, body is null ? null : JsonContent.Create(body), user ?? _user, key is null ? [] : [("Idempotency-Key", key)]);

    private Task<HttpAnswer> SendTextAsync(string json, string key) =>
        api.SendAsync("POST", Presign, new StringContent(json, Encoding.UTF8, "application/json"), _user, ("Idempotency-Key", key));

    private async Task<int> CountAsync()
    {
        await using var scope = api.Service<IServiceScopeFactory>().CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AssetDbContext>().Assets.CountAsync(a => a.OwnerId == _user);
    }
}
