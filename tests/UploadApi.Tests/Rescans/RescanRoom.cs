using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Purging;
using Pipeline.Assets.Rescans;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.Storage.Costs;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;
using Pipeline.UploadApi.Tests.Runs;

namespace Pipeline.UploadApi.Tests.Rescans;

/// <summary>Rescans on each database, without workers: the test sends their answers.</summary>
public abstract class RescanRoom : RunRoom
{
    private protected const string Scanner = "ClamAV 1.4.6/27500/Mon Nov 17 09:12:01 2025";
    private protected const string Signature = "Win.Test.Bad-1";

    private protected RescanRoom(UsageDatabase database)
        : base(database)
    {
    }

    private protected Backlog Backlog { get; } = new();

    private protected PurgedUrls Cache { get; } = new();

    private protected DispatchOptions Dispatch { get; } = new() { RetryMinSeconds = 30, MaxAttempts = 3 };

    private protected Task<Run> RescanAsync(RunPaceChange? pace = null) => StartAsync(RunKind.Rescan, pace: pace);

    /// <summary>Publishes what is due to this bus.</summary>
    private protected async Task DispatchAsync(RequestBus bus, TimeProvider? time = null)
    {
        await using var db = Open();
        await new RescanDispatcher(
            db, new AssetStore(db), bus.Bus, Backlog, Options.Create(Dispatch), new SweepSignal<RunFeeder>(), time ?? Time, NullLogger<RescanDispatcher>.Instance).RunAsync(default);
    }

    private protected async Task AnswerAsync(Run run, IEnumerable<Guid> assets, Func<RescanEnded, RescanEnded> with)
    {
        foreach (var id in assets)
        {
            await using var db = Open();
            var attempt = await db.RunItems.Where(i => i.RunId == run.Id && i.AssetId == id).Select(i => i.Attempt).SingleOrDefaultAsync();
            await Outcomes(db).TakeAsync(with(new RescanEnded { AssetId = id, RunId = run.Id, Attempt = attempt, Verdict = RescanVerdict.Clean, Scanner = Scanner }), default);
        }
    }

    private protected Task CleanAsync(Run run, IEnumerable<Guid> assets) => AnswerAsync(run, assets, answer => answer);

    private protected Task InfectedAsync(Run run, IEnumerable<Guid> assets, string signature = Signature) =>
        AnswerAsync(run, assets, answer => answer with { Verdict = RescanVerdict.Infected, Signature = signature });

    private protected Task FailedAsync(Run run, IEnumerable<Guid> assets, string code) =>
        AnswerAsync(run, assets, answer => answer with { Verdict = RescanVerdict.Failed, Scanner = null, Code = code });

    private protected RescanOutcomes Outcomes(AssetDbContext db) => new(
        db, Hits(db), new RetryPolicy(Dispatch, () => 0), new SweepSignal<RunFeeder>(), new SweepSignal<RescanDispatcher>(), Time, NullLogger<RescanOutcomes>.Instance);

    /// <summary>A worker announces its scanner.</summary>
    private protected async Task HearAsync(string? scanner)
    {
        await using var db = Open();
        await new WorkerCapacity(db, Options.Create(Dispatch), Time).HearAsync(
            new ProfilesAnnounced { Worker = "worker (1.0)", Engine = "engine 1", Instance = Guid.Parse("01935b1e-0000-7000-8000-0000000000aa"), Concurrency = 3, ReprocessConcurrency = 2, Scanner = scanner, Profiles = [] }, default);
    }

    private protected async Task ScheduleAsync(RescanScheduleState? state = null)
    {
        await using var db = Open();
        var forecast = new RunForecast(db, Options.Create(Settings), Options.Create(new PricesOptions()), Time);
        await new RescanSchedule(
            db, forecast, Start(db), Options.Create(Rescans), state ?? new RescanScheduleState(), Time, NullLogger<RescanSchedule>.Instance).RunAsync(default);
    }

    private protected async Task<List<Run>> RunsAsync()
    {
        await using var db = Open();
        return await db.Runs.AsNoTracking().OrderBy(r => r.Id).ToListAsync();
    }

    private protected async Task PutAsync(IEnumerable<string> keys)
    {
        foreach (var key in keys)
            await Areas().Public.WriteAsync(ObjectKey.Parse(key), new MemoryStream([1]), 1, new WriteOptions { ContentType = "image/jpeg" }, default);
    }

    private protected async Task<List<string>> KeysAsync() => await Areas().Public.ListAsync("", default).Select(found => found.Key.Value).ToListAsync();

    /// <summary>Cleans up what is due, and purges it from the cache.</summary>
    private protected async Task TidyAsync()
    {
        var options = Options.Create(new CleanupOptions { Concurrency = 1 });
        await using var services = new ServiceCollection().AddScoped<AssetDbContext>(_ => Open()).AddScoped(scope =>
        {
            var own = scope.GetRequiredService<AssetDbContext>();
            var (assets, areas) = (new AssetStore(own), Areas());
            var publicObjects = new PublicObjects(own, areas, Cache, new SweepSignal<CachePurgeSweep>(), Time);
            return new AssetCleanup(
                assets, new NeededKeys(own, options), areas, Uploads(), new VariantMove(assets, areas, publicObjects, Time, NullLogger<VariantMove>.Instance), publicObjects,
                new SweepSignal<Dispatcher>(), options, Time, NullLogger<AssetCleanup>.Instance);
        }).BuildServiceProvider();
        await using var db = Open();
        for (var round = 0; round < 3; round++)
            await new ObjectCleanup(db, new AssetStore(db), services.GetRequiredService<IServiceScopeFactory>(), options, Time).RunAsync(default);
        await new CachePurgeSweep(db, Areas(), Cache, Time, NullLogger<CachePurgeSweep>.Instance).RunAsync(default);
    }

    private protected static IEnumerable<string> KeysOf(Asset asset) =>
        asset.Publication is { } shown ? [shown.Original.Key, .. shown.Variants.Select(v => v.Key)] : [];

    /// <summary>A cache that records what it is asked to forget.</summary>
    private protected sealed class PurgedUrls : ICachePurge
    {
        public HashSet<string> Urls { get; } = new(StringComparer.Ordinal);

        public int MaxUrls => 30;

        public bool IsNeeded => true;

        public Task<PurgeResult> PurgeAsync(IReadOnlyList<Uri> urls, CancellationToken cancellationToken)
        {
            Urls.UnionWith(urls.Select(url => url.AbsoluteUri));
            return Task.FromResult<PurgeResult>(new PurgeResult.Purged());
        }
    }
}
