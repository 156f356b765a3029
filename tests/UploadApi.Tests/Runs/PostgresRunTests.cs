using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Storage.Costs;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>The same on PostgreSQL, and what only several connections at once can show.</summary>
public sealed class PostgresRunTests : RunContract
{
    public PostgresRunTests()
        : base(UsageDatabase.Postgres())
    {
    }

    [Fact]
    public async Task Several_instances_that_feed_and_finish_at_once_take_each_asset_once()
    {
        await AddReadyAsync(300);
        var run = await StartAsync(pace: new RunPaceChange(InFlight: 60));
        var instances = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while ((await ViewAsync(run)).State == RunState.Running)
            {
                await FeedAsync();
                await FinishAsync((await InFlightAsync(run)).Take(20));
            }
        }));
        await Task.WhenAll(instances);

        var view = await ViewAsync(run);
        (view.State, view.Progress.Done, view.Progress.Planned).ShouldBe((RunState.Completed, 300, 300));
        (await AssetsAsync()).ShouldAllBe(asset => asset.Revision == 2);
    }

    [Fact]
    public async Task A_pause_does_not_wait_for_a_page_that_another_transaction_holds_up()
    {
        var held = (await AddReadyAsync(3))[1].Id;
        var run = await StartAsync();
        await using var other = Open();
        await using var transaction = await other.Database.BeginTransactionAsync();
        await other.Database.ExecuteSqlAsync($"SELECT 1 FROM assets WHERE \"Id\" = {held} FOR UPDATE");

        var feed = FeedAsync();
        (await ChangeAsync(change => change.PauseAsync(run.Id, null, Operator, default))).ShouldBeOfType<RunChange.Done>();
        await transaction.RollbackAsync();
        await feed;

        // Either the feeder was first with its last statement, or it rolled the whole page back.
        (await InFlightAsync(run)).Count.ShouldBe((await ViewAsync(run)).State == RunState.Paused ? 0 : 3);
        (await AssetsAsync()).ShouldAllBe(asset => asset.Revision == 1);
    }

    [Fact]
    public async Task A_lease_that_is_lost_in_the_middle_of_a_page_rolls_the_page_back()
    {
        await AddReadyAsync(3);
        var run = await StartAsync();
        var thief = new Meanwhile("INSERT INTO run_items", async () =>
        {
            await using var db = Open();
            await db.Runs.ExecuteUpdateAsync(row => row.SetProperty(r => r.LeaseOwner, Guid.NewGuid()));
        });
        await FeedAsync(Open(thief));

        thief.Happened.ShouldBeTrue();
        (await AssetsAsync()).ShouldAllBe(asset => asset.Revision == 1);
        (await InFlightAsync(run)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_is_bounded_however_many_assets_a_run_has()
    {
        await AddReadyAsync(450);
        await StartAsync(pace: new RunPaceChange(InFlight: 2_000));
        var rows = new LargestRead();
        await FeedAsync(Open(rows));

        // The read that finds the end counts, too.
        rows.Most.ShouldBe(RunFeeder.Page + 1);
    }

    [Fact]
    public async Task A_count_that_takes_too_long_becomes_an_estimate()
    {
        await AddReadyAsync(5);
        Settings.CountMilliseconds = 100;
        await using var db = Open(new EndlessCount());
        await db.Database.ExecuteSqlRawAsync("ANALYZE assets");
        var forecast = new RunForecast(db, Options.Create(Settings), Options.Create(new PricesOptions()), Time);
        var plan = await forecast.OfAsync(
            new RunRequest(RunKind.Reprocess, new RunFilter { All = true }, new RunPaceChange(), null), RunQuery.Matching(db, "default", new RunFilter { All = true }), default);

        (plan.IsEstimate, plan.Assets, plan.Sampled).ShouldBe((true, 5, 5));
    }

    private Pipeline.Assets.Postgres.PostgresAssetDbContext Open(IInterceptor interceptor)
    {
        var options = new DbContextOptionsBuilder<Pipeline.Assets.Postgres.PostgresAssetDbContext>();
        using var db = Open();
        return new Pipeline.Assets.Postgres.PostgresAssetDbContext(options.UseNpgsql(db.Database.GetConnectionString()).AddInterceptors(interceptor).Options);
    }

    private sealed class Meanwhile(string statement, Func<Task> act) : DbCommandInterceptor
    {
        public bool Happened { get; private set; }

        public override async ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            if (!Happened && command.CommandText.Contains(statement, StringComparison.Ordinal))
            {
                Happened = true;
                await act();
            }

            return result;
        }
    }

    private sealed class EndlessCount : DbCommandInterceptor
    {
        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (command.CommandText.StartsWith("SELECT count(*)", StringComparison.Ordinal)) await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return result;
        }
    }

    private sealed class LargestRead : DbCommandInterceptor
    {
        public int Most { get; private set; }

        public override ValueTask<InterceptionResult> DataReaderClosingAsync(DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
        {
            Most = Math.Max(Most, eventData.ReadCount);
            return ValueTask.FromResult(result);
        }

        public override InterceptionResult DataReaderDisposing(DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
        {
            Most = Math.Max(Most, eventData.ReadCount);
            return result;
        }
    }
}
