using System.Diagnostics;
using Npgsql;
using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>
/// kill -9 of API, worker, broker and database in turn, all during one run over a library: each asset is made once, and none is left out. An API dies
/// while one of the two waits within a step of the run, so about half of them die with the lease in hand.
/// </summary>
internal static class RunUnderKills
{
    private const int AtATime = 2;
    private const int MostStarts = 5;

    // Fewer than are done between two kills, so that all kills hit the run.
    private const int InFlight = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // The job runs each five minutes, and its last run may have died with its API.
    private static readonly TimeSpan UpkeepLimit = TimeSpan.FromMinutes(12);

    // Cleanup keeps no earlier variants, so that the audit can name each object.
    private static readonly (string Name, string Value)[] Api = [("Cleanup__KeepSupersededSeconds", "0"), World.WholeShare, .. World.WithTimeouts];
    private static readonly (string Name, string Value)[] NewProfile = [("Processor__Profiles__web__JpegQuality", "60"), ("Processor__Profiles__web__WebpQuality", "50")];

    public static async Task<Finding> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        var (assets, kills) = (scale.Of(2000, 150), scale.Of(50, 4));
        await using var world = await World.CreateAsync();
        for (var i = 0; i < AtATime; i++) await world.StartApiAsync(Api);
        for (var i = 0; i < AtATime; i++) await world.StartWorkerAsync();
        IReadOnlyList<Guid> confirmed;
        using (var client = world.Client()) confirmed = await client.UploadAsync(assets, cancellationToken);
        await world.DoneAsync("the library", TimeSpan.FromMinutes(20), cancellationToken);
        await world.StopWorkersAsync();
        for (var i = 0; i < AtATime; i++) await world.StartWorkerAsync(NewProfile);

        var run = await BeginAsync(world, assets, cancellationToken);
        var going = await KillAsync(world, run, assets, kills, cancellationToken);
        await Console.Error.WriteLineAsync($"chaos: {kills} kills: {going}");
        await World.Slowly(async () => await StateAsync(world, run, cancellationToken) is "completed" or "paused", "the run ends", TimeSpan.FromMinutes(20));
        await OnceEachAsync(world, run, assets, cancellationToken);

        // The upkeep of runs gives the replaced variants to the cleanup.
        await World.Slowly(
            async () => await world.Database.NumberAsync("SELECT count(*) FROM replaced_publications", cancellationToken) == 0,
            "nothing is kept for a rollback",
            UpkeepLimit);
        await World.Slowly(
            async () => await world.Database.CountAsync(""" "TidyAt" <= now() """, cancellationToken) == 0, "the cleanup has seen all assets", UpkeepLimit);
        var result = await world.AuditAsync(confirmed, cancellationToken);
        ChaosException.Unless(result == $"{assets} ready", $"not all ready: {result}");
        return new Finding($"{assets} assets, {kills} kills", $"each made once; {going}; {result}");
    }

    // The plan waits until the APIs have heard of the new profile.
    private static async Task<Guid> BeginAsync(World world, int assets, CancellationToken cancellationToken)
    {
        var plan = new { kind = "reprocess", filter = new { stale = "any" }, pace = new { inFlight = InFlight }, keepHours = 0, reason = "chaos" };
        using var person = world.Operator();
        var run = Guid.Empty;
        await World.Slowly(
            async () =>
            {
                var planned = await person.PlanAsync(plan, cancellationToken);
                run = planned["id"]!.GetValue<Guid>();
                return planned["plan"]!["assets"]!.GetValue<int>() == assets;
            },
            "all assets are stale",
            Patience);
        await person.TellAsync(run, "apply", cancellationToken);
        return run;
    }

    private static async Task<string> KillAsync(World world, Guid run, int assets, int kills, CancellationToken cancellationToken)
    {
        var died = 0;
        (string Name, Func<Task> KillAsync, Func<Task> BackAsync)[] victims =
        [
            ("API", async () => died += await KillInStepAsync(world, run, cancellationToken) ? 1 : 0, () => AsSupervisorAsync(() => world.StartApiAsync(Api))),
            ("worker", () => world.KillWorkerAsync(world.Workers[0]), () => AsSupervisorAsync(() => world.StartWorkerAsync(NewProfile))),
            ("broker", () => RestartAsync(Service.Broker), () => Task.CompletedTask),
            ("database", () => RestartAsync(Service.Database), () => Task.CompletedTask),
        ];
        var (slowest, inWork) = (new Dictionary<string, TimeSpan>(StringComparer.Ordinal), 0);
        var random = new Random(31);
        for (var kill = 0; kill < kills; kill++)
        {
            var due = assets * (kill + 1L) / (kills + 2);
            await World.Slowly(async () => await DoneAsync(world, cancellationToken) >= due, $"{due} assets are done", Patience);
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() / 2), cancellationToken);
            if (await world.Database.CountAsync(""" "Work" <> 'Idle' """, cancellationToken) > 0) inWork++;
            var (name, killAsync, backAsync) = victims[kill % victims.Length];
            await killAsync();

            // After the kill: what the run started while a service went down and came back proves nothing.
            var (before, since) = (await FedAsync(world, run, cancellationToken), Stopwatch.StartNew());
            ChaosException.Unless(before < assets, $"the run had started its last asset at kill {kill + 1}");
            var back = backAsync();

            // Ends of what the bus has are no proof: the run itself must start more.
            await World.Slowly(async () => await FedAsync(world, run, cancellationToken) > before, $"the run goes on after a kill of a {name}", Patience);
            if (since.Elapsed > slowest.GetValueOrDefault(name)) slowest[name] = since.Elapsed;

            // While a process starts again the run rests, or it would be over before the last kill.
            await TellAsync(world, run, "pause", cancellationToken);
            await back;
            await TellAsync(world, run, "resume", cancellationToken);
        }

        ChaosException.Unless(slowest.Values.Max() <= Limit, $"the run went on only after {slowest.Values.Max().TotalSeconds:0} s");
        return $"work was in hand at {inWork} kills, the lease at {died}; went on after at most {string.Join(", ", slowest.Select(s => $"{s.Value.TotalSeconds:0.0} s ({s.Key})"))}";
    }

    // The survivor begins its next step only when the lock on the next assets is gone.
    private static async Task<bool> KillInStepAsync(World world, Guid run, CancellationToken cancellationToken)
    {
        string lease;
        await using (var other = await world.Database.OpenAsync(cancellationToken))
        {
            await using var transaction = await other.BeginTransactionAsync(cancellationToken);
            await using (var hold = new NpgsqlCommand("""SELECT 1 FROM assets WHERE "Revision" = 1 FOR UPDATE""", other, transaction))
                await hold.ExecuteNonQueryAsync(cancellationToken);
            await World.Slowly(
                async () => await world.Database.NumberAsync(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", cancellationToken) > 0,
                "an API waits within a step",
                Patience);
            lease = await LeaseAsync(world, run, cancellationToken);
            await world.KillApiAsync();
        }

        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        return lease.Length > 0 && await LeaseAsync(world, run, cancellationToken) == lease;
    }

    private static Task<string> LeaseAsync(World world, Guid run, CancellationToken cancellationToken) => world.Database.TextAsync(
        $"""SELECT coalesce("LeaseOwner" || ' ' || "LeaseUntil", '') FROM runs WHERE "Id" = '{run}'""", cancellationToken);

    // A start that does not reach a server in time ends with 75, which asks for another one.
    private static async Task AsSupervisorAsync(Func<Task> startAsync)
    {
        for (var starts = 1; ; starts++)
        {
            try
            {
                await startAsync();
                return;
            }
            catch (InvalidOperationException e) when (starts < MostStarts && e.ToString().Contains("exit code 75", StringComparison.Ordinal))
            {
                // Start it again.
            }
        }
    }

    private static async Task RestartAsync(Service service)
    {
        await using (await service.KilledAsync())
        {
            // The end of the scope starts it again.
        }
    }

    private static async Task TellAsync(World world, Guid run, string verb, CancellationToken cancellationToken)
    {
        using var person = world.Operator();
        await person.TellAsync(run, verb, cancellationToken);
    }

    private static Task<long> DoneAsync(World world, CancellationToken cancellationToken) =>
        PatientlyAsync(() => world.Database.CountAsync(""" "Revision" = 2 AND "Work" = 'Idle' """, cancellationToken), cancellationToken);

    /// <summary>How many assets the run has started.</summary>
    private static Task<long> FedAsync(World world, Guid run, CancellationToken cancellationToken) =>
        PatientlyAsync(() => world.Database.NumberAsync($"""SELECT "Fed"::bigint FROM runs WHERE "Id" = '{run}'""", cancellationToken), cancellationToken);

    private static async Task<long> PatientlyAsync(Func<Task<long>> number, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await number();
            }
            catch (NpgsqlException e) when (e.IsTransient)
            {
                await Task.Delay(TimeSpan.FromSeconds(0.2), cancellationToken);
            }
        }
    }

    private static async Task<string> StateAsync(World world, Guid run, CancellationToken cancellationToken)
    {
        using var person = world.Operator();
        return (await person.ShowAsync(run, cancellationToken))["state"]!.GetValue<string>();
    }

    private static async Task OnceEachAsync(World world, Guid run, int assets, CancellationToken cancellationToken)
    {
        using var person = world.Operator();
        var shown = await person.ShowAsync(run, cancellationToken);
        var progress = shown["progress"]!;
        var (done, skipped, failed) = (progress["done"]!.GetValue<int>(), progress["skipped"]!.GetValue<int>(), progress["failed"]!.GetValue<int>());
        ChaosException.Unless(
            shown["state"]!.GetValue<string>() == "completed" && (done, skipped, failed) == (assets, 0, 0),
            $"{shown["state"]}: {done} done, {skipped} skipped, {failed} failed of {assets}; {shown["because"]} {progress["failedBy"]}");
        var often = await world.Database.NumberAsync(
            """
            SELECT count(*) FROM assets a WHERE "Revision" <> 2
              OR (SELECT count(*) FROM asset_events e WHERE e."AssetId" = a."Id" AND e."Kind" = 'reprocess_requested') <> 1
              OR (SELECT count(*) FROM asset_events e WHERE e."AssetId" = a."Id" AND e."Kind" = 'ready') <> 2
            """,
            cancellationToken);
        ChaosException.Unless(often == 0, $"{often} assets were not made exactly once");
    }
}
