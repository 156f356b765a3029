using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Limits;

/// <summary>What clients see of the limits, at two instances on one PostgreSQL.</summary>
public sealed class LimitsApiTests : IAsyncLifetime
{
    private readonly OwnPostgres _postgres = new();
    private readonly List<PostgresApi> _instances = [];

    public async Task InitializeAsync()
    {
        await using var db = _postgres.Open();
        await db.Database.MigrateAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var instance in _instances) await instance.DisposeAsync();
        await _postgres.DropAsync();
    }

    [Fact]
    public async Task Two_hundred_requests_at_two_instances_never_pass_a_limit()
    {
        var (here, there) = (await StartAsync(("Limits:User:FilesPerDay", "23")), await StartAsync(("Limits:User:FilesPerDay", "23")));

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => PresignAsync(i % 2 == 0 ? here : there))));

        answers.Count(a => a.Status == 200).ShouldBe(23);
        answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Status == 429 && a.Code == "quota_exceeded");
        var quota = (await there.SendAsync("GET", "/api/limits")).Json["quotas"]!.AsArray().Single(q => q!["limit"]!.ToString() == "user_files_per_day")!;
        (quota["used"]!.GetValue<long>(), quota["max"]!.GetValue<long>(), quota["remaining"]!.GetValue<long>()).ShouldBe((23, 23, 0));
    }

    [Fact]
    public async Task A_used_up_day_is_told_with_its_limit_and_its_end()
    {
        var api = await StartAsync(("Limits:User:BytesPerDay", "10"));
        (await PresignAsync(api, size: 7)).Status.ShouldBe(200);

        var refused = await PresignAsync(api, size: 4);

        (refused.Status, refused.Code, refused.Text("limit")).ShouldBe((429, "quota_exceeded", "user_bytes_per_day"));
        (refused.Json["max"]!.GetValue<long>(), refused.Json["used"]!.GetValue<long>()).ShouldBe((10, 7));
        var resetsAt = DateTimeOffset.Parse(refused.Text("resetsAt"), CultureInfo.InvariantCulture);
        (resetsAt.Offset, resetsAt.TimeOfDay).ShouldBe((TimeSpan.Zero, TimeSpan.Zero));
        int.Parse(refused.Headers["Retry-After"], CultureInfo.InvariantCulture).ShouldBeInRange(1, 86_400);
        refused.Text("detail").ShouldContain("`Limits:User:BytesPerDay`");
        (await PresignAsync(api, size: 3)).Status.ShouldBe(200);
        (await PresignAsync(api, size: 10, user: "bob")).Status.ShouldBe(200, "another's day is another's");
    }

    [Fact]
    public async Task A_full_storage_is_told_and_a_deletion_makes_room()
    {
        var api = await StartAsync(("Limits:Tenant:BytesStored", "10"));
        var first = await PresignAsync(api, size: 6);
        var refused = await PresignAsync(api, size: 5, user: "bob");

        (refused.Status, refused.Code, refused.Text("limit")).ShouldBe((403, "storage_full", "tenant_bytes_stored"));
        (refused.Json["max"]!.GetValue<long>(), refused.Json["used"]!.GetValue<long>()).ShouldBe((10, 6));
        refused.Headers.ShouldNotContainKey("Retry-After");
        (await PresignAsync(api, size: 10, tenant: "acme")).Status.ShouldBe(200);

        (await api.SendAsync("DELETE", $"/api/assets/{first.Text("id")}")).Status.ShouldBe(204);
        (await PresignAsync(api, size: 5, user: "bob")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_requests_of_all_users_of_a_tenant_are_counted_together_at_all_instances()
    {
        (string, string)[] settings = [("Limits:Tenant:RequestsPerMinute", "5"), ("Uploads:RateLimit:PerMinute", "3")];
        var (here, there) = (await StartAsync(settings), await StartAsync(settings));

        for (var i = 0; i < 3; i++) (await PresignAsync(here)).Status.ShouldBe(200);
        (await PresignAsync(there)).Text("detail").ShouldStartWith("Each user may send 3 requests");
        (await PresignAsync(there, user: "bob")).Status.ShouldBe(200);
        (await PresignAsync(there, user: "bob")).Headers["RateLimit-Remaining"].ShouldBe("0", "the tenant's is less than the user's");
        var refused = await PresignAsync(here, user: "bob");

        (refused.Status, refused.Code).ShouldBe((429, "rate_limited"));
        refused.Text("detail").ShouldStartWith("All users of a tenant together may send 5 requests");
        refused.Text("detail").ShouldContain("`Limits:Tenant:RequestsPerMinute`");
        refused.Headers.ShouldContainKey("Retry-After");
        (await PresignAsync(here, tenant: "acme")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_limits_are_told_with_what_is_left()
    {
        var api = await StartAsync(("Limits:User:FilesPerDay", "5"), ("Limits:Tenant:RequestsPerMinute", "50"), ("Uploads:PendingPerOwner", "4"));
        await PresignAsync(api, size: 7);

        var limits = (await api.SendAsync("GET", "/api/limits")).Json;

        limits["tenantId"]!.ToString().ShouldBe("default");
        limits["types"]!.AsArray()[0]!.ToJsonString().ShouldBe("""{"contentType":"image/jpeg","extensions":[".jpg",".jpeg"]}""");
        (limits["maxBytes"]!.GetValue<long>(), limits["maxFiles"]!.GetValue<int>()).ShouldBe((10 * 1024 * 1024, 100));
        var quotas = limits["quotas"]!.AsArray().ToDictionary(q => q!["limit"]!.ToString(), q => q!.AsObject(), StringComparer.Ordinal);
        (quotas["user_files_per_day"]["used"]!.GetValue<int>(), quotas["user_files_per_day"]["remaining"]!.GetValue<int>()).ShouldBe((1, 4));
        quotas["user_files_per_day"].ShouldContainKey("resetsAt");
        quotas["user_bytes_stored"]["used"]!.GetValue<int>().ShouldBe(7);
        quotas["user_bytes_stored"].ShouldNotContainKey("max");
        quotas.Keys.ShouldBe(["user_bytes_stored", "user_files_per_day", "user_bytes_per_day"]);
        limits["pending"]!["uploads"]!.ToJsonString().ShouldBe("""{"used":1,"max":4,"remaining":3}""");
        limits["rateLimits"]!.ToJsonString().ShouldBe("""[{"scope":"user","requestsPerMinute":10000,"burst":0},{"scope":"tenant","requestsPerMinute":50,"burst":0}]""");
        (await api.SendAsync("HEAD", "/api/limits")).Status.ShouldBe(200);
        (await PresignAsync(api)).Status.ShouldBe(200);
    }

    private async Task<PostgresApi> StartAsync(params (string Key, string Value)[] settings)
    {
        (string Key, string Value) manyRequests = ("Uploads:RateLimit:PerMinute", "10000");
        var api = await PostgresApi.StartAsync(
            _postgres.Connection + ";Maximum Pool Size=12;Pooling=True;Timeout=120;Command Timeout=120", settings.Any(s => s.Key == manyRequests.Key) ? settings : [manyRequests, .. settings]);
        _instances.Add(api);
        return api;
    }

    private static Task<HttpAnswer> PresignAsync(PostgresApi api, long size = 3, string user = Some.Owner, string? tenant = null) =>
        api.SendAsync("POST", "/api/upload/presigned-url", new { filename = "a.jpg", contentType = "image/jpeg", fileSize = size }, user, tenant);
}
