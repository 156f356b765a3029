using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Purging;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Jobs;

/// <summary>The look for due work sees each kind of it, and nothing else.</summary>
public abstract class SweepWorkContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly UsageDatabase _database;

    private protected SweepWorkContract(UsageDatabase database) => _database = database;

    public Task InitializeAsync() => _database.MigrateAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Nothing_is_due_on_an_empty_installation() => (await DueAsync()).ShouldBeEmpty();

    [Theory]
    [InlineData(nameof(Asset.TidyAt), nameof(SweepWork.Cleanups))]
    [InlineData(nameof(Asset.ManifestAt), nameof(SweepWork.Manifests))]
    public async Task A_row_is_due_when_its_time_has_come(string column, string kind)
    {
        await AddAsync(Now.AddSeconds(1), column);
        (await DueAsync()).ShouldBeEmpty("the row is due later");
        await AddAsync(Now, column);
        (await DueAsync()).ShouldBe([kind]);
    }

    [Fact]
    public async Task A_purge_is_due_when_its_time_has_come()
    {
        await using var db = _database.Open();
        db.Purges.Add(new PendingPurge { Key = "assets/a/b", CreatedAt = Now, DueAt = Now.AddSeconds(1) });
        await db.SaveChangesAsync();
        (await DueAsync()).ShouldBeEmpty();
        await db.Purges.ExecuteUpdateAsync(row => row.SetProperty(p => p.DueAt, Now));
        (await DueAsync()).ShouldBe([nameof(SweepWork.Purges)]);
    }

    [Fact]
    public async Task An_event_is_due_until_it_has_a_number_and_then_for_each_reader()
    {
        await using var db = _database.Open();
        var asset = Some.Upload(Now);
        db.Assets.Add(asset);
        asset.Confirm(Some.ETag, fileName: null, Now).ShouldBeTrue();
        await db.SaveChangesAsync();
        await db.Assets.ExecuteUpdateAsync(row => row.SetProperty(a => a.DispatchAt, (DateTimeOffset?)null).SetProperty(a => a.TidyAt, (DateTimeOffset?)null).SetProperty(a => a.ManifestAt, (DateTimeOffset?)null));
        (await DueAsync()).ShouldBe([nameof(SweepWork.Unnumbered)]);

        await new EventFeed(db, new LocalEventSignal(), new ManualTime(Now)).RunAsync(default);
        (await DueAsync()).ShouldBe([nameof(SweepWork.Webhooks), nameof(SweepWork.BusEvents), nameof(SweepWork.Activity)], ignoreOrder: true);
        var last = await db.EventCounters.Select(c => c.Last).SingleAsync();
        await db.FeedReaders.ExecuteUpdateAsync(row => row.SetProperty(r => r.Position, last));
        (await DueAsync()).ShouldBeEmpty();
    }

    private async Task AddAsync(DateTimeOffset due, string column)
    {
        await using var db = _database.Open();
        var asset = Some.Upload(Now, owner: $"of {due.Ticks}");
        db.Assets.Add(asset);
        await db.SaveChangesAsync();
        await db.Assets.Where(a => a.Id == asset.Id).ExecuteUpdateAsync(row => row.SetProperty(a => EF.Property<DateTimeOffset?>(a, column), due));
        await db.Events.ExecuteDeleteAsync();
    }

    private async Task<IReadOnlyList<string>> DueAsync()
    {
        await using var db = _database.Open();
        var due = await SweepWork.ReadAsync(db, Now, default);
        return [.. typeof(SweepWork).GetProperties().Where(p => p.PropertyType == typeof(bool) && (bool)p.GetValue(due)!).Select(p => p.Name)];
    }
}

public sealed class SqliteSweepWorkTests() : SweepWorkContract(UsageDatabase.Sqlite());

public sealed class PostgresSweepWorkTests() : SweepWorkContract(UsageDatabase.Postgres());
