using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Commands;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Postgres;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Assets;

public sealed class TemporaryTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_temporary_asset_is_deleted_with_its_objects_a_day_after_it_was_ready()
    {
        var asset = await AddReadyAsync();
        var kept = await _room.AddReadyAsync();
        await _room.PutAsync(asset.IncomingKey, asset.Publication!.Variants[0].Key);

        await PassAsync(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        (await _room.RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Ready);

        await PassAsync(TimeSpan.FromSeconds(1));
        await _room.TidyAsync();

        var row = await _room.RowAsync(asset.Id);
        (row.Status, row.FileName, row.IsTemporary, row.DeleteAt).ShouldBe((AssetStatus.Deleted, "", false, null));
        (await _room.KeysAsync()).ShouldBeEmpty();
        (await SentenceAsync(asset.Id, AssetEventKind.Deleted)).ShouldBe("The asset was temporary, and its time was over.");
        (await _room.RowAsync(kept.Id)).Status.ShouldBe(AssetStatus.Ready);
    }

    [Fact]
    public async Task The_time_runs_from_the_first_publication_and_no_reprocess_prolongs_it()
    {
        var asset = await AddReadyAsync();
        var end = asset.DeleteAt.ShouldNotBeNull();
        _room.Time.Advance(TimeSpan.FromHours(23));
        await _room.ChangeAsync(asset.Id, a => a.Reprocess(_room.Now));
        await _room.ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a, "recipe2"), _room.Now, keepTemporary: TimeSpan.FromHours(2)));

        (await _room.RowAsync(asset.Id)).DeleteAt.ShouldBe(end);
    }

    [Fact]
    public async Task An_asset_that_never_was_ready_is_not_deleted()
    {
        var rejected = await _room.AddAsync(Temporary(), a => a.Confirm(Some.ETag, null, _room.Now), a => a.Reject(Some.Rejected(a), _room.Now));

        await PassAsync(TimeSpan.FromDays(400));

        (await _room.RowAsync(rejected.Id)).Status.ShouldBe(AssetStatus.Rejected);
    }

    [Fact]
    public async Task What_the_owner_keeps_stays_and_keeping_can_be_repeated()
    {
        var (asset, pending, plain) = (await AddReadyAsync(), await _room.AddAsync(Temporary()), await _room.AddReadyAsync());

        for (var i = 0; i < 2; i++) (await KeepAsync(asset.Id, pending.Id, plain.Id)).Values.ShouldAllBe(result => result == KeepResult.Kept);
        await PassAsync(TimeSpan.FromDays(400));

        (await _room.RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Ready);
        (await _room.TimelineAsync(asset.Id)).Count(kind => kind == "kept").ShouldBe(1);
        await _room.ChangeAsync(pending.Id, a => a.Confirm(Some.ETag, null, _room.Now));
        (await _room.ChangeAsync(pending.Id, a => a.MarkReady(Some.Ready(a), _room.Now))).DeleteAt.ShouldBeNull("it is not temporary any more");
        (await _room.TimelineAsync(plain.Id)).ShouldNotContain("kept");
    }

    [Fact]
    public async Task What_is_deleted_or_anothers_cannot_be_kept()
    {
        var (asset, other) = (await AddReadyAsync(), await _room.AddAsync(Some.Upload(_room.Now, owner: "eve", isTemporary: true)));
        await PassAsync(TimeSpan.FromDays(2));

        (await KeepAsync(asset.Id, other.Id, Guid.Empty)).Values.ShouldAllBe(result => result == KeepResult.NotFound);

        (await _room.RowAsync(other.Id)).IsTemporary.ShouldBeTrue();
    }

    private Asset Temporary() => Some.Upload(_room.Now, isTemporary: true);

    private Task<Asset> AddReadyAsync() => _room.AddAsync(Temporary(), a => a.Confirm(Some.ETag, null, _room.Now), a => a.MarkReady(Some.Ready(a), _room.Now));

    private async Task PassAsync(TimeSpan time)
    {
        _room.Time.Advance(time);
        await _room.SweepTemporaryAsync();
    }

    private async Task<IReadOnlyDictionary<Guid, KeepResult>> KeepAsync(params Guid[] ids)
    {
        await using var db = _room.Open();
        return await new KeepAssets(new AssetStore(db), _room.Time).RunAsync(ids.ToHashSet(), new Caller(Some.Owner), default);
    }

    private async Task<string> SentenceAsync(Guid id, AssetEventKind kind)
    {
        await using var db = _room.Open();
        return (await db.Events.SingleAsync(e => e.AssetId == id && e.Kind == kind)).Sentence();
    }
}

/// <summary>Requests and sweeps of several instances at once, on the PostgreSQL of <c>./services.sh</c>.</summary>
public sealed class PostgresTemporaryTests : IAsyncLifetime
{
    private readonly OwnPostgres _postgres = new();

    public async Task InitializeAsync()
    {
        await using var db = _postgres.Open();
        await db.Database.MigrateAsync();
    }

    public Task DisposeAsync() => _postgres.DropAsync();

    [Fact]
    public async Task A_keep_that_meets_the_sweep_either_keeps_the_asset_or_finds_it_deleted()
    {
        var time = TimeProvider.System;
        var ids = new List<Guid>();
        await using (var db = _postgres.Open())
        {
            for (var i = 0; i < 60; i++)
            {
                var now = time.GetUtcNow().AddDays(-2);
                var asset = Some.Upload(now, isTemporary: true);
                asset.Confirm(Some.ETag, null, now).ShouldBeTrue();
                asset.MarkReady(Some.Ready(asset), now).ShouldBeTrue();
                await new AssetStore(db).AddAsync(asset, default);
                ids.Add(asset.Id);
            }
        }

        var kept = Parallel.ForEachAsync(ids.Chunk(4).Reverse(), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (some, token) =>
        {
            await using var db = _postgres.Open();
            var results = await new KeepAssets(new AssetStore(db), time).RunAsync(some.ToHashSet(), new Caller(Some.Owner), token);
            foreach (var (id, result) in results)
            {
                var row = await db.Assets.AsNoTracking().SingleAsync(a => a.Id == id, token);
                (result, row.Status, row.IsTemporary).ShouldBe(result == KeepResult.Kept ? (KeepResult.Kept, AssetStatus.Ready, false) : (KeepResult.NotFound, AssetStatus.Deleted, false));
            }
        });
        var swept = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            await using var db = _postgres.Open(new SkipLocked());
            await new TemporarySweep(db, new AssetStore(db), new SweepSignal<Dispatcher>(), new SweepSignal<ObjectCleanup>(), time).RunAsync(default);
        })));
        await Task.WhenAll(kept, swept);

        await using var after = _postgres.Open();
        (await after.Assets.CountAsync(a => a.DeleteAt != null)).ShouldBe(0, "each asset is kept or deleted");
        (await after.Events.CountAsync(e => e.Kind == AssetEventKind.Kept || e.Kind == AssetEventKind.Deleted)).ShouldBe(60, "and only once");
    }
}

/// <summary>The same by HTTP.</summary>
[Collection(ApiHostTests.Name)]
public sealed class KeepRouteTests(ApiHost api)
{
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    [Fact]
    public async Task Each_id_gets_its_result_in_the_order_of_the_request()
    {
        var now = TimeProvider.System.GetUtcNow();
        var temporary = await api.AddAsync(Some.Upload(now, owner: _user, isTemporary: true), a => a.Confirm(Some.ETag, null, now), a => a.MarkReady(Some.Ready(a), now));
        var plain = await api.AddReadyAsync(_user);
        var before = (await api.GetAsync($"/api/assets/{temporary.Id}", _user)).Json;
        before["temporary"]!.GetValue<bool>().ShouldBeTrue();
        before["deleteAt"]!.GetValue<DateTimeOffset>().ShouldBe(now.AddDays(1), TimeSpan.FromMilliseconds(1));

        var answer = await api.PostAsync("/api/assets/keep", new { ids = new[] { plain.Id, Guid.Empty, temporary.Id, temporary.Id } }, _user);

        answer.Json["results"]!.AsArray().Select(r => (r!["success"]!.GetValue<bool>(), r["error"]?["code"]?.ToString()))
            .ShouldBe([(true, null), (false, "not_found"), (true, null), (true, null)]);
        answer.Headers["RateLimit-Remaining"].ShouldBe("596", "it counts as many as it has ids");
        (await api.GetAsync($"/api/assets/{temporary.Id}", _user)).Json["temporary"].ShouldBeNull();
        (await api.PostAsync("/api/assets/keep", new { }, _user)).Errors.Keys.ShouldBe(["ids"]);
    }
}
