using Pipeline.Chaos.Scenarios;

namespace Pipeline.Chaos;

/// <summary>Everything that is broken, in the order in which it is.</summary>
internal static class All
{
    public static IReadOnlyList<Scenario> Scenarios { get; } =
    [
        new("workers killed", WorkersKilled.RunAsync, IsShort: true),
        new("a file that kills its worker", DeadlyFile.RunAsync),
        new("broker killed", BrokerAway.KilledAsync),
        new("broker stopped", BrokerAway.StoppedAsync),
        new("broker frozen", BrokerAway.FrozenAsync, IsShort: true),
        new("store slow", StoreUnwell.SlowAsync),
        new("store answers 500", StoreUnwell.RefusingSomeAsync),
        new("store answers SlowDown", StoreUnwell.SlowDownAsync),
        new("store resets connections", StoreUnwell.ResettingAsync),
        new("store cuts bodies", StoreUnwell.CuttingAsync),
        new("store's replies lost", StoreUnwell.DroppingAsync, IsShort: true),
        new("store away", StoreUnwell.AwayAsync),
        new("scanner down", ScannerUnwell.DownAsync),
        new("scanner frozen", ScannerUnwell.FrozenAsync),
        new("scanner slow", ScannerUnwell.SlowAsync),
        new("scanner resets connections", ScannerUnwell.ResettingAsync),
        new("scanner answers ERROR", ScannerUnwell.ErrorAsync, IsShort: true),
        new("scanner answers nothing", ScannerUnwell.NothingAsync),
        new("scanner answers garbage", ScannerUnwell.GarbageAsync),
        new("scanner reloads", ScannerUnwell.ReloadingAsync),
        new("scanner's stream limit", ScannerUnwell.OverLimitAsync),
        new("database killed", DatabaseAway.KilledAsync),
        new("database frozen", DatabaseAway.FrozenAsync),
        new("crash at: committed, not published", ApiCrashes.BeforePublishAsync),
        new("crash at: published, not marked", ApiCrashes.BeforeMarkAsync),
        new("crash at: outcome received, not written", ApiCrashes.BeforeOutcomeAsync),
        new("crash at: fetch", WorkerCrashes.FetchAsync),
        new("crash at: scan", WorkerCrashes.ScanAsync),
        new("crash at: decode", WorkerCrashes.DecodeAsync),
        new("crash at: freeze", WorkerCrashes.FreezeAsync),
        new("crash at: frozen, freeze unheard", WorkerCrashes.FrozenAsync),
        new("crash at: first variant", WorkerCrashes.FirstVariantAsync),
        new("crash at: between variants", WorkerCrashes.LaterVariantAsync),
        new("crash at: all written, outcome not told", WorkerCrashes.BeforeTellingAsync),
        new("crash at: outcome told, request not acknowledged", WorkerCrashes.BeforeAcknowledgingAsync),
        new("delete while in work", Erasure.InWorkAsync, IsShort: true),
        new("delete before a late upload", Erasure.LateUploadAsync),
        new("delete what is in quarantine", Erasure.QuarantinedAsync),
        new("delete while broker is away", Erasure.WithoutBrokerAsync),
        new("delete while database is away", Erasure.WithoutDatabaseAsync),
        new("delete while store is away", Erasure.WithoutStoreAsync),
        new("work folder full", Resources.DiskFullAsync),
        new("memory short, decoders killed", Resources.MemoryShortAsync),
        new("two APIs", Resources.TwoApisAsync),
        new("nobody calls home", CallsHome.RunAsync),
    ];
}
