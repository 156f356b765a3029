using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.AllInOne.Database;
using Pipeline.Assets;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Outcomes;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.Contracts;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Outcomes;

public sealed class OutcomeConsumerTests : IAsyncLifetime
{
    private readonly Backroom _room = new();
    private readonly ServiceProvider _services;

    public OutcomeConsumerTests() => _services = new ServiceCollection()
        .AddLogging()
        .AddSingleton<TimeProvider>(_room.Time)
        .AddSingleton(_room.Retries)
        .AddSingleton<IDatabaseFaults, SqliteFaults>()
        .AddSingleton<TransientFaults>()
        .AddSingleton<SweepSignal<ObjectCleanup>>()
        .AddSingleton<SweepSignal<Dispatcher>>()
        .AddScoped<WorkerCapacity>()
        .AddScoped<AssetDbContext>(_ => _room.Open())
        .AddScoped<AssetStore>()
        .AddScoped<OutcomeWriter>()
        .AddScoped<ProfileRegistry>()
        .AddMassTransit(bus =>
        {
            bus.AddAssetConsumers();
            bus.UsingInMemory((context, transport) => transport.ConfigureEndpoints(context));
        })
        .BuildServiceProvider();

    private IBusControl Bus => _services.GetRequiredService<IBusControl>();

    public Task InitializeAsync() => Bus.StartAsync();

    public async Task DisposeAsync()
    {
        await Bus.StopAsync();
        await _services.DisposeAsync();
        _room.Dispose();
    }

    [Fact]
    public async Task Each_outcome_finds_its_row()
    {
        var ready = await _room.AddConfirmedAsync();
        var rejected = await _room.AddConfirmedAsync();
        var failed = await _room.AddConfirmedAsync();
        var started = await _room.AddConfirmedAsync();

        await Bus.Publish(Some.Ready(ready));
        await Bus.Publish(Some.Rejected(rejected));
        await Bus.Publish(Some.Failed(failed));
        await Bus.Publish(Some.Started(started));

        await ShouldBecome(ready, row => row.Status == AssetStatus.Ready);
        await ShouldBecome(rejected, row => row.Status == AssetStatus.Rejected);
        await ShouldBecome(failed, row => row.Attempt == 2);
        await ShouldBecome(started, row => row.Status == AssetStatus.Processing);
    }

    [Fact]
    public async Task An_outcome_that_overtakes_the_begin_is_told_after_it()
    {
        var asset = await _room.AddConfirmedAsync();
        await Bus.Publish(Some.Ready(asset));
        await ShouldBecome(asset, row => row.Status == AssetStatus.Ready);

        await Bus.Publish(Some.Started(asset));

        var other = await _room.AddConfirmedAsync();
        await Bus.Publish(Some.Started(other));
        await ShouldBecome(other, row => row.Status == AssetStatus.Processing);
        await using var db = _room.Open();
        var told = await db.Events.Where(e => e.AssetId == asset.Id && e.Snapshot != null).OrderBy(e => e.Sequence).ToListAsync();
        told.Select(e => e.Kind).ShouldBe([AssetEventKind.Confirmed, AssetEventKind.Started, AssetEventKind.Ready]);
        told.Select(e => JsonNode.Parse(e.Snapshot!)!["status"]!.ToString()).ShouldBe(["Queued", "Processing", "Ready"], StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_outcome_of_an_older_revision_is_dropped_and_only_its_objects_are_looked_for()
    {
        var asset = await _room.AddReadyAsync();
        await _room.ChangeAsync(asset.Id, a =>
        {
            a.Tidied(null, _room.Now);
            return a.Reprocess(_room.Now);
        });

        await Bus.Publish(Some.Rejected(asset, revision: 1));

        await ShouldBecome(asset, row => row.TidyAt is not null);
        var row = await _room.RowAsync(asset.Id);
        (row.Status, row.Revision, row.Work).ShouldBe((AssetStatus.Ready, 2, WorkState.Queued));
        (await _room.TimelineAsync(asset.Id)).ShouldNotContain("rejected");
    }

    [Fact]
    public async Task A_late_outcome_of_a_deleted_asset_brings_nothing_back()
    {
        var asset = await _room.AddConfirmedAsync();
        await _room.ChangeAsync(asset.Id, a => a.Delete(_room.Now));
        await _room.TidyAsync();
        _room.Time.Advance(TimeSpan.FromDays(2));
        await _room.TidyAsync();
        (await _room.RowAsync(asset.Id)).TidyAt.ShouldBeNull();
        var late = Some.Ready(asset);
        await _room.PutAsync([late.Original.Key, .. late.Variants.Select(v => v.Key)]);

        await Bus.Publish(late);

        await ShouldBecome(asset, row => row.TidyAt is not null);
        (await _room.RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Deleted);
        await _room.TidyAsync();
        (await _room.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_outcome_of_an_asset_that_is_not_there_is_consumed_and_forgotten()
    {
        var asset = await _room.AddConfirmedAsync();

        await Bus.Publish(Some.Ready(asset) with { AssetId = Guid.CreateVersion7() });
        await Bus.Publish(Some.Ready(asset));

        await ShouldBecome(asset, row => row.Status == AssetStatus.Ready);
    }

    [Fact]
    public async Task Workers_that_tell_their_profiles_at_once_are_all_heard()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Bus.Publish(Announced("00000000000000f1", "web", $"own-{n}"))));

        await Eventually.True(async () => (await ProfilesAsync()).Count == 5, "whoever lost the race for the shared profile told the rest again");
    }

    [Fact]
    public async Task A_worker_whose_clock_is_ahead_silences_nobody()
    {
        // The bus stamps the machine's time, which is later than the test's clock.
        await Bus.Publish(Announced("00000000000000f1", "web"));
        await Eventually.True(async () => (await ProfilesAsync()).Count == 1, "the first news is written down");

        await Bus.Publish(Announced("00000000000000f2", "web"));

        await Eventually.True(async () => (await ProfilesAsync())[0].Fingerprint == "00000000000000f2", "the later news wins");
        (await ProfilesAsync())[0].AnnouncedAt.ShouldBe(_room.Now);
    }

    private static ProfilesAnnounced Announced(string fingerprint, params string[] names) => new()
    {
        Worker = "worker (1.0)",
        Engine = "engine 1",
        Profiles = [.. names.Select(name => new AnnouncedProfile { Name = name, Fingerprint = fingerprint })],
    };

    private async Task<List<CurrentProfile>> ProfilesAsync()
    {
        await using var db = _room.Open();
        return await db.Profiles.AsNoTracking().ToListAsync();
    }

    private Task ShouldBecome(Asset asset, Func<Asset, bool> so) =>
        Eventually.True(async () => so(await _room.RowAsync(asset.Id)), "the outcome is in the row");
}
