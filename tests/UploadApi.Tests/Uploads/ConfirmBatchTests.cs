using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Uploads;

public sealed class ConfirmBatchTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Each_upload_gets_the_result_that_it_would_get_alone()
    {
        var (arrived, missing, other) = (await ArrivedAsync(), await _room.AddAsync(), await _room.AddOfAsync("eve"));
        var mismatch = await _room.AddAsync(Some.Upload(_room.Now, size: 4));
        await _room.PutAsync(mismatch.IncomingKey, other.IncomingKey);
        var (expired, deleted, earlier) = (await ArrivedAsync(), await ArrivedAsync(), await _room.AddReadyAsync());
        await _room.ChangeAsync(expired.Id, a => a.Expire(_room.Now));
        await _room.ChangeAsync(deleted.Id, a => a.Delete(_room.Now));

        var results = await ConfirmAsync([arrived.Id, missing.Id, other.Id, mismatch.Id, expired.Id, deleted.Id, earlier.Id, Guid.Empty]);

        results[arrived.Id].ShouldBeOfType<ConfirmResult.Confirmed>().Asset.Status.ShouldBe(AssetStatus.Queued);
        results[missing.Id].ShouldBeOfType<ConfirmResult.Missing>();
        results[other.Id].ShouldBeOfType<ConfirmResult.NotFound>();
        results[mismatch.Id].ShouldBe(new ConfirmResult.Mismatch(4, 3));
        results[expired.Id].ShouldBeOfType<ConfirmResult.Expired>();
        results[deleted.Id].ShouldBeOfType<ConfirmResult.NotFound>();
        results[earlier.Id].ShouldBeOfType<ConfirmResult.Confirmed>().Asset.Status.ShouldBe(AssetStatus.Ready);
        results[Guid.Empty].ShouldBeOfType<ConfirmResult.NotFound>();
        (await _room.RowAsync(other.Id)).Status.ShouldBe(AssetStatus.Pending);
    }

    [Fact]
    public async Task A_fault_of_the_store_is_the_error_of_its_upload_alone()
    {
        var uploads = new List<Asset>();
        for (var i = 0; i < 5; i++) uploads.Add(await ArrivedAsync());
        var store = new InterruptedStore(_room.Store, call => call.Contains(uploads[2].IncomingKey, StringComparison.Ordinal) ? throw new IOException("The store is away.") : Task.CompletedTask);

        var results = await ConfirmAsync(uploads.Select(a => a.Id), store);

        uploads.Select(a => results[a.Id].GetType().Name).ShouldBe(["Confirmed", "Confirmed", "Unavailable", "Confirmed", "Confirmed"]);
        (await _room.RowAsync(uploads[2].Id)).Status.ShouldBe(AssetStatus.Pending);
        (await ConfirmAsync([uploads[2].Id]))[uploads[2].Id].ShouldBeOfType<ConfirmResult.Confirmed>();
    }

    [Fact]
    public async Task A_store_that_only_fails_is_not_asked_for_each_of_many_uploads()
    {
        var (uploads, asked) = (new List<Asset>(), 0);
        for (var i = 0; i < 40; i++) uploads.Add(await _room.AddAsync());
        var store = new InterruptedStore(_room.Store, _ => Interlocked.Increment(ref asked) > 0 ? throw new TimeoutException("The store hangs.") : Task.CompletedTask);

        var results = await ConfirmAsync(uploads.Select(a => a.Id), store);

        results.Values.ShouldAllBe(result => result is ConfirmResult.Unavailable);
        asked.ShouldBeLessThanOrEqualTo(15, "eight faults, and the questions that were under way");
    }

    [Fact]
    public async Task The_store_is_asked_for_eight_uploads_side_by_side_and_for_no_more()
    {
        var uploads = new List<Asset>();
        for (var i = 0; i < 24; i++) uploads.Add(await ArrivedAsync());
        var (now, most, eight) = (0, 0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var gate = new Lock();
        var store = new InterruptedStore(_room.Store, async _ =>
        {
            lock (gate)
            {
                most = Math.Max(most, ++now);
                if (now == 8) eight.TrySetResult();
            }

            await eight.Task.WaitAsync(TimeSpan.FromMinutes(1));
            lock (gate) now--;
        });

        var results = await ConfirmAsync(uploads.Select(a => a.Id), store);

        results.Values.ShouldAllBe(result => result is ConfirmResult.Confirmed);
        most.ShouldBe(8);
    }

    [Fact]
    public async Task An_upload_that_expires_or_is_confirmed_meanwhile_spoils_no_other()
    {
        var (first, expires, confirmed) = (await ArrivedAsync(), await ArrivedAsync(), await ArrivedAsync());
        var store = new InterruptedStore(_room.Store, async call =>
        {
            if (call.Contains(expires.IncomingKey, StringComparison.Ordinal)) await _room.ChangeAsync(expires.Id, a => a.Expire(_room.Now));
            if (call.Contains(confirmed.IncomingKey, StringComparison.Ordinal)) await _room.ChangeAsync(confirmed.Id, a => a.Confirm(Some.ETag, null, _room.Now));
        });

        var results = await ConfirmAsync([first.Id, expires.Id, confirmed.Id], store);

        results[first.Id].ShouldBeOfType<ConfirmResult.Confirmed>();
        results[expires.Id].ShouldBeOfType<ConfirmResult.Expired>();
        results[confirmed.Id].ShouldBeOfType<ConfirmResult.Confirmed>();
        (await _room.TimelineAsync(confirmed.Id)).ShouldBe(["created", "confirmed"]);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_an_error_of_its_own_and_not_of_the_others()
    {
        var (good, odd) = (await ArrivedAsync(), await ArrivedAsync());
        await using (var db = _room.Open())
            (await db.Database.ExecuteSqlAsync($"""UPDATE assets SET "Status" = 'Nonsense' WHERE "IncomingKey" = {odd.IncomingKey}""")).ShouldBe(1);

        var results = await ConfirmAsync([good.Id, odd.Id]);

        results[good.Id].ShouldBeOfType<ConfirmResult.Confirmed>();
        results[odd.Id].ShouldBeOfType<ConfirmResult.Unavailable>();
    }

    private async Task<Asset> ArrivedAsync()
    {
        var asset = await _room.AddAsync();
        await _room.PutAsync(asset.IncomingKey);
        return asset;
    }

    private async Task<IReadOnlyDictionary<Guid, ConfirmResult>> ConfirmAsync(IEnumerable<Guid> ids, IObjectStore? store = null)
    {
        await using var db = _room.Open();
        var confirm = new ConfirmUpload(new AssetStore(db), _room.Areas(store), new SweepSignal<Dispatcher>(), _room.Time, NullLogger<ConfirmUpload>.Instance);
        return await confirm.RunEachAsync(ids.ToHashSet(), new Caller(Some.Owner), default);
    }
}

/// <summary>The same by HTTP.</summary>
[Collection(ApiHostTests.Name)]
public sealed class ConfirmBatchRouteTests(ApiHost api)
{
    private const string Route = "/api/upload/confirm-batch";
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    [Fact]
    public async Task Results_come_in_the_order_of_the_request_and_an_id_that_occurs_twice_gets_two()
    {
        var uploads = await PresignAsync(3);
        await api.PutAsync(uploads[0].Url, new byte[1], "image/jpeg");
        await api.PutAsync(uploads[2].Url, new byte[1], "image/jpeg");
        var nobody = Guid.CreateVersion7();

        var answer = await api.PostAsync(Route, new { ids = new[] { uploads[2].Id, nobody, uploads[1].Id, uploads[0].Id, uploads[2].Id } }, _user);

        answer.Status.ShouldBe(200);
        var results = answer.Json["results"]!.AsArray();
        results.Select(r => (Guid.Parse(r!["id"]!.ToString()), r["success"]!.GetValue<bool>(), r["error"]?["code"]?.ToString())).ShouldBe([
            (uploads[2].Id, true, null), (nobody, false, "not_found"), (uploads[1].Id, false, "upload_missing"), (uploads[0].Id, true, null), (uploads[2].Id, true, null),
        ]);
        results[0]!["status"]!.ToString().ShouldBe("queued");
        results[2]!["error"]!["detail"]!.ToString().ShouldContain("PUT it");
    }

    [Fact]
    public async Task It_counts_as_many_confirms_as_it_has_ids()
    {
        var ids = (await PresignAsync(5)).ConvertAll(upload => upload.Id);

        (await api.PostAsync(Route, new { ids }, _user)).Headers["RateLimit-Remaining"].ShouldBe("595");
        (await api.PostAsync("/api/upload/confirm", new { id = ids[0] }, _user)).Headers["RateLimit-Remaining"].ShouldBe("594");

        for (var i = 0; i < 5; i++) (await api.PostAsync(Route, new { ids = Enumerable.Repeat(ids[0], 100) }, _user)).Status.ShouldBe(200);
        var refused = await api.PostAsync(Route, new { ids = Enumerable.Repeat(ids[0], 100) }, _user);
        (refused.Status, refused.Code, refused.Headers["RateLimit-Remaining"]).ShouldBe((429, "rate_limited", "94"));
        (await api.PostAsync(Route, new { ids = Enumerable.Repeat(ids[0], 94) }, _user)).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("{}", "must be 1 to 100 ids")]
    [InlineData("""{"ids":[]}""", "must be 1 to 100 ids")]
    [InlineData("""{"ids":"0191e9a0-0000-7000-8000-000000000000"}""", "must be an array")]
    public async Task The_ids_are_checked(string body, string error) => (await api.PostTextAsync(Route, body)).Errors.ShouldBe(new Dictionary<string, string> { ["ids"] = error });

    [Fact]
    public async Task One_id_that_is_none_is_named_by_its_index()
    {
        var answer = await api.PostTextAsync(Route, """{"ids":["0191e9a0-0000-7000-8000-000000000000",null]}""");

        answer.Errors["ids[1]"].ShouldContain("UUID");
    }

    [Fact]
    public async Task More_than_a_hundred_ids_are_refused() =>
        (await api.PostAsync(Route, new { ids = Enumerable.Range(0, 101).Select(_ => Guid.Empty) }, _user)).Errors.Keys.ShouldBe(["ids"]);

    private async Task<List<(Guid Id, string Url)>> PresignAsync(int count)
    {
        var files = Enumerable.Range(0, count).Select(i => new { filename = $"{i}.jpg", contentType = "image/jpeg", fileSize = 1 });
        var answer = await api.PostAsync("/api/upload/presigned-urls", new { files }, _user);
        return [.. answer.Json["uploads"]!.AsArray().Select(u => (Guid.Parse(u!["id"]!.ToString()), u["uploadUrl"]!.ToString()))];
    }
}
