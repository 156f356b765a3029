using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Counts;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Counts;

public sealed class OperationalCountsTests : IAsyncLifetime
{
    private readonly OwnPostgres _postgres = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 3, 14, 15, 9, 26, TimeSpan.Zero));

    public async Task InitializeAsync()
    {
        await using var db = _postgres.Open();
        await db.Database.MigrateAsync();
    }

    public Task DisposeAsync() => _postgres.DropAsync();

    [Fact]
    public async Task One_instance_counts_and_the_others_read_its_numbers()
    {
        await AddConfirmedAsync();
        var (first, second) = (new CurrentCounts(_time), new CurrentCounts(_time));
        await SweepAsync(first);
        await AddConfirmedAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        await SweepAsync(second);

        second.Value.ShouldNotBeNull().At.ShouldBe(first.Value.ShouldNotBeNull().At);
        second.Value.Assets[AssetStatus.Queued].ShouldBe(1, "nobody has counted again");

        _time.Advance(TimeSpan.FromSeconds(20));
        await SweepAsync(second);
        second.Value.ShouldNotBeNull().Assets[AssetStatus.Queued].ShouldBe(2);
    }

    [Fact]
    public async Task A_queue_has_its_requests_and_the_age_of_the_oldest()
    {
        await AddConfirmedAsync();
        _time.Advance(TimeSpan.FromMinutes(2));
        await AddConfirmedAsync();
        var current = new CurrentCounts(_time);
        await SweepAsync(current);

        var uploads = current.Value.ShouldNotBeNull().Queues.Single(queue => queue.Queue == QueueNames.Uploads);
        uploads.Due.ShouldBe(2);
        uploads.OldestSeconds.ShouldBe(120);
        current.Value.Queues.Where(queue => queue.Queue != QueueNames.Uploads).ShouldAllBe(queue => queue.Due == 0 && queue.OldestSeconds == 0);
    }

    [Fact]
    public async Task Numbers_that_nobody_renews_are_not_offered()
    {
        var current = new CurrentCounts(_time);
        await SweepAsync(current);
        current.Value.ShouldNotBeNull();

        _time.Advance(TimeSpan.FromMinutes(3));

        current.Value.ShouldBeNull();
    }

    [Fact]
    public async Task A_claim_of_a_clock_that_was_ahead_does_not_stop_the_counting()
    {
        var ahead = new ManualTime(_time.GetUtcNow().AddDays(1));
        await using (var db = _postgres.Open()) await new OperationalCountsSweep(db, new CurrentCounts(ahead), ahead).RunAsync(default);
        var current = new CurrentCounts(_time);

        await SweepAsync(current);

        current.Value.ShouldNotBeNull().At.ShouldBe(_time.GetUtcNow());
    }

    private async Task SweepAsync(CurrentCounts current)
    {
        await using var db = _postgres.Open();
        await new OperationalCountsSweep(db, current, _time).RunAsync(default);
    }

    private async Task AddConfirmedAsync()
    {
        var asset = Some.Upload(_time.GetUtcNow());
        asset.Confirm(Some.ETag, null, _time.GetUtcNow()).ShouldBeTrue();
        await using var db = _postgres.Open();
        await new AssetStore(db).AddAsync(asset, default);
    }
}
