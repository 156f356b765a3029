using Microsoft.EntityFrameworkCore;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Idempotency;

/// <summary>Two instances of the API on one PostgreSQL get the same key.</summary>
public sealed class PostgresIdempotencyTests : IAsyncLifetime
{
    private const string Presign = "/api/upload/presigned-url";
    private static readonly object Photo = new { filename = "a.jpg", contentType = "image/jpeg", fileSize = 3 };
    private readonly OwnPostgres _postgres = new();
    private PostgresApi _here = null!;
    private PostgresApi _there = null!;

    public async Task InitializeAsync()
    {
        await using (var db = _postgres.Open()) await db.Database.MigrateAsync();
        _here = await StartAsync();
        _there = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
        await _postgres.DropAsync();
    }

    [Theory]
    [InlineData("/api/upload/presigned-url")]
    [InlineData("/api/upload/presigned-urls")]
    public async Task Fifty_requests_at_once_with_one_key_make_one_upload(string route)
    {
        var body = route == Presign ? Photo : new { files = new[] { Photo } };
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => (i % 2 == 0 ? _here : _there).SendAsync("POST", route, body, key: "one"))));

        answers.ShouldAllBe(a => a.Status == 200 || (a.Status == 409 && a.Code == "idempotency_in_progress" && a.Headers.ContainsKey("Retry-After")));
        answers.Where(a => a.Status == 200).Select(a => a.Json["id"]?.ToString() ?? a.Text("batchId")).Distinct().ShouldHaveSingleItem();
        await using var db = _postgres.Open();
        (await db.Assets.CountAsync()).ShouldBe(1);
        (await db.UsageCounters.Where(c => c.Day == 0).Select(c => c.Files).ToListAsync()).ShouldAllBe(files => files == 1, "a repeat counts against no limit");
        (await _there.SendAsync("POST", route, body, key: "one")).Headers["Idempotency-Replayed"].ShouldBe("true");
    }

    [Fact]
    public async Task A_request_that_still_runs_elsewhere_is_told_at_once_and_leaves_nothing_when_it_dies()
    {
        await using var db = _postgres.Open();
        await using var hold = await db.Database.BeginTransactionAsync();
        await db.Database.ExecuteSqlRawAsync("LOCK TABLE usage_counters IN EXCLUSIVE MODE");
        var running = _here.SendAsync("POST", Presign, Photo, key: "slow");
        await Eventually.True(
            async () => await db.Database.SqlQuery<long>($"SELECT COUNT(*) AS \"Value\" FROM pg_locks WHERE NOT granted AND relation = 'usage_counters'::regclass").SingleAsync() > 0, "it waits in its transaction");

        foreach (var instance in (PostgresApi[])[_there, _here])
        {
            var told = await instance.SendAsync("POST", Presign, Photo, key: "slow");
            (told.Status, told.Code, told.Headers["Retry-After"]).ShouldBe((409, "idempotency_in_progress", "1"));
        }

        // As a kill does it: the connection ends, and with it the transaction.
        await db.Database.ExecuteSqlRawAsync("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND relation = 'usage_counters'::regclass");
        (await running).Status.ShouldBe(503);
        await hold.RollbackAsync();
        (await db.Assets.CountAsync() + await db.IdempotencyRecords.CountAsync()).ShouldBe(0, "neither the upload nor the key");

        (await _there.SendAsync("POST", Presign, Photo, key: "slow")).Status.ShouldBe(200);
        (await db.Assets.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_repeat_is_served_when_nothing_is_left_of_the_limits()
    {
        await using var limited = await StartAsync(("Limits:User:FilesPerDay", "1"), ("Uploads:PendingPerOwner", "1"));
        var first = await limited.SendAsync("POST", Presign, Photo, key: "k");
        (await limited.SendAsync("POST", Presign, Photo, key: "l")).Status.ShouldBe(429);

        var again = await limited.SendAsync("POST", Presign, Photo, key: "k");

        (again.Status, again.Text("id")).ShouldBe((200, first.Text("id")));
    }

    [Fact]
    public async Task A_key_that_a_limit_refused_is_free_for_the_next_try()
    {
        await using var limited = await StartAsync(("Limits:User:BytesStored", "5"));
        var first = (await limited.SendAsync("POST", Presign, Photo)).Text("id");
        (await limited.SendAsync("POST", Presign, Photo, key: "k")).Code.ShouldBe("storage_full");
        (await limited.SendAsync("DELETE", $"/api/assets/{first}")).Status.ShouldBe(204);

        (await limited.SendAsync("POST", Presign, Photo, key: "k")).Status.ShouldBe(200);
        (await limited.SendAsync("POST", Presign, Photo, key: "k")).Status.ShouldBe(200);
        await using var db = _postgres.Open();
        (await db.Assets.CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Webhooks_and_reprocesses_are_made_once_at_two_instances()
    {
        var webhooks = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() =>
            (i % 2 == 0 ? _here : _there).SendAsync("POST", "/api/webhooks", new { url = "http://127.0.0.1:9/" }, key: "w"))));
        webhooks.Where(a => a.Status == 201).Select(a => a.Text("id")).Distinct().ShouldHaveSingleItem();
        webhooks.Count(a => a.Status == 201 && a.Json["secret"] is not null).ShouldBe(1, "one answer shows the secret");

        var now = TimeProvider.System.GetUtcNow();
        var asset = await _here.AddAsync(Some.Upload(now));
        await _here.ChangeAsync(asset.Id, a => a.Confirm(Some.ETag, null, now));
        await _here.ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a), now));
        var path = $"/api/assets/{asset.Id}/reprocess";
        var revisions = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => (i % 2 == 0 ? _here : _there).SendAsync("POST", path, key: "r"))));
        revisions.ShouldAllBe(a => a.Status == 202 || a.Code == "idempotency_in_progress");
        revisions.Where(a => a.Status == 202).Select(a => a.Text("revision")).Distinct().ShouldBe(["2"]);
        await using var db = _postgres.Open();
        (await db.Webhooks.CountAsync()).ShouldBe(1);
        (await db.Assets.Select(a => a.Revision).SingleAsync()).ShouldBe(2);
    }

    private Task<PostgresApi> StartAsync(params (string, string)[] settings) => PostgresApi.StartAsync(
        _postgres.Connection + ";Maximum Pool Size=12;Pooling=True;Timeout=120;Command Timeout=120",
        [("Uploads:RateLimit:PerMinute", "10000"), ("Webhooks:AllowNetworks:0", "127.0.0.0/8"), .. settings]);
}
