using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Assets;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Events;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Postgres;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Uploads;

/// <summary>Requests of many users that share transactions, on PostgreSQL.</summary>
public sealed class UploadGroupsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly OwnPostgres _postgres = new();
    private readonly LimitsOptions _limits = new();

    public async Task InitializeAsync()
    {
        await using var db = _postgres.Open();
        await db.Database.MigrateAsync();
    }

    public Task DisposeAsync() => _postgres.DropAsync();

    [Fact]
    public async Task Rows_events_and_counters_are_those_that_the_change_tracker_writes()
    {
        var upload = Some.Upload(Now, owner: "tracked", size: 5);
        await using (var db = _postgres.Open()) (await Some.Pending(db).TryAddAsync(upload, default)).ShouldBeNull();
        var batch = new Batch(Guid.CreateVersion7(Now), new Caller("grouped"), 1, Now);
        var groups = Groups();
        (await AddAsync(groups, Some.Upload(Now, owner: "grouped", size: 5))).ShouldBeNull();
        await using (var db = _postgres.Open())
            (await Some.Pending(db, groups: groups).TryAddAsync([Some.Upload(Now, owner: "grouped", size: 6, batchId: batch.Id, batchIndex: 0)], batch, default)).ShouldBeNull();

        var (tracked, grouped) = (await TextsAsync("assets", "tracked"), await TextsAsync("assets", "grouped"));
        grouped[0].ShouldBe(tracked[0]);
        (await TextsAsync("asset_events", "grouped"))[0].ShouldBe((await TextsAsync("asset_events", "tracked"))[0]);
        await using var after = _postgres.Open();
        (await after.Batches.SingleAsync()).Total.ShouldBe(1);
        (await after.UsageCounters.Where(c => c.UserId == "grouped").OrderBy(c => c.Day).Select(c => new { c.Files, c.Bytes }).ToListAsync())
            .ShouldBe([new { Files = 2L, Bytes = 11L }, new { Files = 2L, Bytes = 11L }]);
    }

    [Fact]
    public async Task A_user_at_a_limit_fails_no_neighbour()
    {
        _limits.User.FilesPerDay = 3;
        var groups = Groups();
        var results = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => AddAsync(groups, Some.Upload(Now, owner: i % 2 == 0 ? "eve" : $"user{i}"))));

        results.Where((_, i) => i % 2 == 1).ShouldAllBe(result => result == null);
        results.Where((_, i) => i % 2 == 0).Count(result => result is null).ShouldBe(3);
        results.OfType<NotAdded.OverLimit>().ShouldAllBe(over => over.Limit.Used == 3 && over.Limit.Max == 3 && over.Limit.Requested == 1);
        await using var db = _postgres.Open();
        (await db.Assets.CountAsync()).ShouldBe(33);
        (await db.Events.CountAsync(e => e.Kind == AssetEventKind.Created)).ShouldBe(33);
    }

    [Fact]
    public async Task A_row_that_the_database_refuses_fails_no_neighbour()
    {
        var groups = Groups();
        var wrong = Some.Upload(Now, owner: "eve", profile: new string('p', 33));
        var bad = AddAsync(groups, wrong);
        var results = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => AddAsync(groups, Some.Upload(Now, owner: $"user{i}"))));

        results.ShouldAllBe(result => result == null);
        (await Should.ThrowAsync<PostgresException>(bad)).SqlState.ShouldBe(PostgresErrorCodes.StringDataRightTruncation);
        await using var db = _postgres.Open();
        (await db.Assets.CountAsync()).ShouldBe(30);
    }

    [Fact]
    public async Task An_owner_whom_another_transaction_holds_delays_no_neighbour()
    {
        await using var holder = _postgres.Open();
        await using var held = await holder.Database.BeginTransactionAsync();
        await holder.LockOwnerAsync(Caller.DefaultTenant, "slow", default);
        var groups = Groups();
        var slow = AddAsync(groups, Some.Upload(Now, owner: "slow"));
        var results = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => AddAsync(groups, Some.Upload(Now, owner: $"user{i}"))));

        results.ShouldAllBe(result => result == null);
        slow.IsCompleted.ShouldBeFalse();
        await held.RollbackAsync();
        (await slow).ShouldBeNull();
    }

    [Fact]
    public async Task A_request_that_was_given_up_before_its_group_begins_adds_nothing()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        var groups = Groups();
        await using var db = _postgres.Open();

        await Should.ThrowAsync<OperationCanceledException>(() => Some.Pending(db, groups: groups).TryAddAsync(Some.Upload(Now), gone.Token));
        (await AddAsync(groups, Some.Upload(Now, owner: "next"))).ShouldBeNull();
        (await db.Assets.Select(a => a.OwnerId).ToListAsync()).ShouldBe(["next"]);
    }

    private UploadGroups Groups()
    {
        using var db = _postgres.Open();
        return new UploadGroups(new PostgresUploadRows(db), Options.Create(new UploadOptions()), Options.Create(_limits), TimeProvider.System);
    }

    private async Task<NotAdded?> AddAsync(UploadGroups groups, Asset upload)
    {
        await using var db = _postgres.Open();
        return await Some.Pending(db, groups: groups).TryAddAsync(upload, default);
    }

    // All columns but those that differ by nature.
    private async Task<List<string>> TextsAsync(string table, string owner)
    {
        await using var connection = new NpgsqlConnection(_postgres.Connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"SELECT (to_jsonb(t) - 'Id' - 'AssetId' - 'OwnerId' - 'IncomingKey' - 'FileName')::text FROM {table} AS t WHERE \"OwnerId\" = @owner ORDER BY \"BatchId\" NULLS FIRST", connection);
        command.Parameters.AddWithValue("owner", owner);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync()) rows.Add(reader.GetString(0));
        return rows;
    }
}
