using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Live;

/// <summary>Two instances of the API on one PostgreSQL.</summary>
public sealed class PostgresStreamTests : IAsyncLifetime
{
    private readonly OwnPostgres _postgres = new();
    private PostgresApi _here = null!;
    private PostgresApi _there = null!;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async Task InitializeAsync()
    {
        await using (var db = _postgres.Open()) await db.Database.MigrateAsync();
        _here = await PostgresApi.StartAsync(_postgres.Connection);
        _there = await PostgresApi.StartAsync(_postgres.Connection);
    }

    public async Task DisposeAsync()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
        await _postgres.DropAsync();
    }

    [Fact]
    public async Task An_event_of_one_instance_is_heard_once_at_the_other_also_after_the_connection_for_notifications_was_cut()
    {
        using var stream = await _there.StreamAsync("/api/events/stream", Some.Owner);
        await StartedAsync(stream);
        var heard = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var asset = await AddReadyAsync(_here);
            heard.AddRange((await stream.UntilAsync(m => m.Type == EventType.Ready)).Select(m => m.Id.ShouldNotBeNull()));
            heard[^1].ShouldContain($"{asset.Id:N}");
            await using var db = _postgres.Open();
            await db.Database.ExecuteSqlRawAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'");
        }

        heard.Count.ShouldBe(10);
        heard.ShouldBeUnique();
    }

    [Fact]
    public async Task The_streams_of_a_user_are_counted_over_both_instances()
    {
        var streams = new List<EventStream>();
        for (var i = 0; i < 20; i++) streams.Add(await (i % 2 == 0 ? _here : _there).StreamAsync("/api/events/stream", Some.Owner));
        streams.ShouldAllBe(stream => stream.Status == 200);

        foreach (var instance in new[] { _here, _there })
        {
            using var refused = await instance.StreamAsync("/api/events/stream", Some.Owner);
            refused.Status.ShouldBe(429);
        }

        streams[1].Dispose();
        await Eventually.True(
            async () =>
            {
                using var next = await _here.StreamAsync("/api/events/stream", Some.Owner);
                return next.Status == 200;
            },
            "a stream that ended at the other instance makes room");
        foreach (var stream in streams) stream.Dispose();
    }

    [Fact]
    public async Task A_client_that_moves_to_the_other_instance_misses_and_repeats_nothing()
    {
        var asset = await _here.AddAsync(Some.Upload(Now));
        var (seen, last) = (new List<string>(), "");
        foreach (var (instance, change) in Changes())
        {
            using var stream = await instance.StreamAsync($"/api/assets/{asset.Id}/events", Some.Owner, last);
            if (last.Length == 0) (await stream.NextAsync())!.Status.ShouldBe("pending");
            await _here.ChangeAsync(asset.Id, change);
            seen.Add((await stream.NextAsync()).ShouldNotBeNull().Status!);
            last = stream.LastEventId;
        }

        seen.ShouldBe(["queued", "processing", "ready"]);
    }

    [Fact]
    public async Task An_event_whose_transaction_commits_late_is_listed_after_those_that_did_not_wait_for_it()
    {
        await using var late = _postgres.Open();
        var slow = Some.Upload(Now);
        late.Assets.Add(slow);
        await late.SaveChangesAsync();
        await using var transaction = await late.Database.BeginTransactionAsync();
        slow.Confirm(Some.ETag, null, Now).ShouldBeTrue();
        await late.SaveChangesAsync();
        using var stream = await _there.StreamAsync("/api/events/stream", Some.Owner);
        await StartedAsync(stream);
        await AddReadyAsync(_here);
        var before = await stream.UntilAsync(m => m.Type == EventType.Ready);
        before.Count.ShouldBe(2, "the open transaction delays no other event");

        await transaction.CommitAsync();

        // The sweep numbers it, because nobody announces the commit of this context.
        (await stream.NextAsync()).ShouldNotBeNull().Data!["data"]!["id"]!.ToString().ShouldBe(slow.Id.ToString());
        using var again = await _here.StreamAsync("/api/events/stream", Some.Owner, before[^1].Id);
        (await again.NextAsync()).ShouldNotBeNull().Id.ShouldBe(stream.LastEventId);
    }

    [Fact]
    public async Task When_its_instance_stops_a_stream_ends_at_once()
    {
        using var stream = await _there.StreamAsync("/api/events/stream", Some.Owner);
        await StartedAsync(stream);

        var stopped = _there.StopAsync();

        (await stream.ToEndAsync()).ShouldBeEmpty();
        await stopped.WaitAsync(TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task An_open_stream_holds_no_connection_to_the_database()
    {
        await AddReadyAsync(_here);
        var before = await ConnectionsAsync();

        var streams = new List<EventStream>();
        for (var i = 0; i < 100; i++) streams.Add(await _there.StreamAsync("/api/events/stream", $"user-{i}"));

        await Eventually.True(async () => await ConnectionsAsync() <= before, "all connections are closed again");
        foreach (var stream in streams) stream.Dispose();
    }

    private async Task<int> ConnectionsAsync()
    {
        await using var db = _postgres.Open();
        return await db.Database.SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM pg_stat_activity WHERE datname = current_database()").SingleAsync();
    }

    private static async Task<Asset> AddReadyAsync(PostgresApi instance)
    {
        var asset = Some.Upload(Now);
        asset.Confirm(Some.ETag, null, Now).ShouldBeTrue();
        asset.MarkReady(Some.Ready(asset), Now).ShouldBeTrue();
        return await instance.AddAsync(asset);
    }

    private IEnumerable<(PostgresApi Instance, Func<Asset, bool> Change)> Changes() =>
    [
        (_here, a => a.Confirm(Some.ETag, null, Now)), (_there, a => a.Started(Some.Started(a), Now)), (_here, a => a.MarkReady(Some.Ready(a), Now)),
    ];

    // A stream of a user without events begins with an id alone.
    private static async Task StartedAsync(EventStream stream) => await stream.UntilAsync(m => m.Event.Length == 0);
}
