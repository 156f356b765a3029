using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Rescans;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Storage;

namespace Pipeline.UploadApi.Tests.Scale;

/// <summary>The parts that feed runs, with default options.</summary>
internal static class RunParts
{
    private static readonly IOptions<RunsOptions> Runs = Options.Create(new RunsOptions());
    private static readonly IOptions<RescanOptions> Rescans = Options.Create(new RescanOptions());

    public static RunBrakes Brakes(AssetDbContext db, StorageAreas areas, TimeProvider time) => new(db, areas, Runs, time);

    public static RunStep Step(AssetDbContext db, TimeProvider time) => new(db, Budget(db), time);

    public static RunFeeder Feeder(AssetDbContext db, StorageAreas areas, TimeProvider time) => new(
        db, Step(db, time), Brakes(db, areas, time), new RunEnd(db, Runs, time, NullLogger<RunEnd>.Instance), new RunWalker(db, new RunWalks([]), time), new SweepSignal<Dispatcher>(),
        new SweepSignal<ObjectCleanup>(), new SweepSignal<RescanDispatcher>(), new RescanHits(db, Rescans, new SweepSignal<ObjectCleanup>(), time, NullLogger<RescanHits>.Instance), Budget(db), Runs, time,
        NullLogger<RunFeeder>.Instance);

    private static RescanBudget Budget(AssetDbContext db) => new(db, Rescans);
}
