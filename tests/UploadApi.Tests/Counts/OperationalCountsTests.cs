using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Counts;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
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

    [Fact]
    public async Task Runs_are_counted_by_kind_and_state_with_the_assets_of_those_that_go_on()
    {
        var (one, other) = (Run(RunKind.Reprocess, RunState.Running, fed: 40), Run(RunKind.Reprocess, RunState.Running, fed: 2, waitsFor: RunWait.Window, tenant: "b"));
        await using (var db = _postgres.Open())
        {
            db.Runs.AddRange(one, other, Run(RunKind.Retry, RunState.Paused, fed: 7, waitsFor: RunWait.Store), Run(RunKind.Discard, RunState.Completed, fed: 9), Run("of-the-future", RunState.Planned));
            db.RunCounts.Add(RunCounts.Of(one.Id, _time.GetUtcNow(), RunResult.Failed, "internal", 3));
            db.RunCounts.Add(RunCounts.Of(one.Id, _time.GetUtcNow().AddMinutes(1), RunResult.Failed, "source_missing", 2));
            db.RunCounts.Add(RunCounts.Of(one.Id, _time.GetUtcNow(), RunResult.Done, "", 30));
            await db.SaveChangesAsync();
        }

        var current = new CurrentCounts(_time);
        await SweepAsync(current);

        var runs = current.Value.ShouldNotBeNull().Runs.ToDictionary(run => (run.Kind, run.State));
        runs.Count.ShouldBe(4);
        var running = runs[(RunKind.Reprocess, RunState.Running)];
        (running.Count, running.Planned, running.Fed, running.Failed).ShouldBe((2, 200L, 42L, 5L));
        running.Waiting.ShouldBe(new Dictionary<string, int>(StringComparer.Ordinal) { [RunWait.Window] = 1 });
        runs[(RunKind.Retry, RunState.Paused)].ShouldSatisfyAllConditions(run => run.Fed.ShouldBe(7), run => run.Waiting.ShouldBeEmpty("a paused run waits for a person only"));
        (runs[(RunKind.Discard, RunState.Completed)].Count, runs[(RunKind.Discard, RunState.Completed)].Fed).ShouldBe((1, 0L));
        runs[("other", RunState.Planned)].Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_metrics_of_runs_have_each_kind_that_could_go_on_and_no_id()
    {
        await using (var db = _postgres.Open())
        {
            db.Runs.Add(Run(RunKind.Reprocess, RunState.Running, fed: 40, waitsFor: RunWait.Rate));
            await db.SaveChangesAsync();
        }

        var current = new CurrentCounts(_time);
        await SweepAsync(current);
        var seen = new Dictionary<string, double>(StringComparer.Ordinal);
        using var metrics = new CountMetrics(current);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, all) =>
        {
            // Hosts of other tests have the same instruments.
            if (ReferenceEquals(instrument.Meter.Scope, metrics) && instrument.Name.StartsWith("pipeline.run", StringComparison.Ordinal)) all.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) =>
            seen[$"{instrument.Name} {string.Join(' ', labels.ToArray().Select(label => label.Value))}"] = value);
        listener.Start();
        listener.RecordObservableInstruments();

        seen["pipeline.runs reprocess running"].ShouldBe(1);
        seen["pipeline.runs retry paused"].ShouldBe(0);
        seen["pipeline.run.assets reprocess running fed"].ShouldBe(40);
        seen["pipeline.run.waits rate"].ShouldBe(1);
        seen["pipeline.run.waits store"].ShouldBe(0);
        var series = (RunKind.All.Count + 1) * 2; // the rollback is not planned, and a run that could go on is running or paused
        seen.Count.ShouldBe(series + (series * 3) + RunWait.All.Count + 1);
    }

    private Run Run(string kind, string state, int fed = 0, string? waitsFor = null, string tenant = "default") => new()
    {
        Id = Guid.CreateVersion7(), TenantId = tenant, Kind = kind, State = state, Filter = "{}", Plan = "{}", Pace = "{}", LastId = Guid.Empty, Planned = 100, Fed = fed,
        WaitingFor = waitsFor, PlannedBy = "alice", CreatedAt = _time.GetUtcNow(), ExpiresAt = _time.GetUtcNow(),
    };

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
