using System.Diagnostics;
using Npgsql;
using Pipeline.Chaos;
using Pipeline.TestKit;

namespace Pipeline.Operations.Drill;

/// <summary>Loses the database under load and restores it, in one of two ways.</summary>
internal sealed class DrillRun(Checks checks, TimeSpan load, CancellationToken cancellationToken)
{
    // The cleanup writes the mark of an erased asset in the background. Of an erasure of the very last seconds nothing but the lost rows may know.
    private static readonly TimeSpan MarksAreWritten = TimeSpan.FromSeconds(10);

    // An upload that was in work at the point is tried again after this time, half a minute in place of ten.
    private static readonly (string Name, string Value)[] Impatient = [("Dispatch__UntakenSeconds", "30"), ("Dispatch__SilenceSeconds", "30")];
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(10);

    /// <summary>Base backup, archived WAL, and a point in time.</summary>
    public Task ByArchiveAsync() => RunAsync("base backup and archived WAL", BackUpBaseAsync, RestoreBaseAsync);

    /// <summary>The dump of some time before.</summary>
    public Task ByDumpAsync() => RunAsync("dump", DumpAsync, RestoreDumpAsync);

    private async Task RunAsync(string way, Func<Cluster, string, Task<DateTimeOffset?>> backUp, Func<Cluster, string, DateTimeOffset, Task> restore)
    {
        Console.WriteLine($"--- {way} ---");
        await using var cluster = await Cluster.CreateAsync();
        var world = await World.CreateAsync(cluster.Connection);
        try
        {
            await RunAsync(way, cluster, world, backUp, restore);
        }
        finally
        {
            await LeaveAsync(world);
        }
    }

    private async Task RunAsync(string way, Cluster cluster, World world, Func<Cluster, string, Task<DateTimeOffset?>> backUp, Func<Cluster, string, DateTimeOffset, Task> restore)
    {
        var database = new NpgsqlConnectionStringBuilder(world.Database.Setting.Value).Database!;
        var (api, worker) = await StartAsync(world);
        DateTimeOffset point, destroyed;
        IReadOnlyCollection<Upload> uploads;
        IReadOnlyCollection<Erasure> erasures;
        await using (var crowd = Crowd.Start(people: 4, () => world.Client(), erase: true))
        {
            await PassAsync(load / 3);
            var snapshot = await checks.MustAsync("the backup is written under load, and read once", () => backUp(cluster, database));
            await PassAsync(load / 3);
            point = snapshot ?? new DateTimeOffset(await cluster.AskAsync<DateTime>("SELECT clock_timestamp()"));
            await PassAsync((load / 3) + MarksAreWritten);
            if (snapshot is null) await cluster.ArchivedAsync(point);
            destroyed = TimeProvider.System.GetUtcNow();
            await cluster.DestroyAsync();
            await crowd.StopAsync();
            (uploads, erasures) = (crowd.Uploads, crowd.Erasures);
        }

        await KillAsync(world, worker);
        var watch = Stopwatch.StartNew();
        await checks.MustAsync("the database is restored", async () =>
        {
            await restore(cluster, database, point);
            return 0;
        });
        var restored = watch.Elapsed;
        var cli = await checks.MustAsync("both hosts are ready again", async () =>
        {
            (api, worker) = await StartAsync(world);
            return new CliRun(api.Address, world.TokenOf("drill", "admin"));
        });
        var ready = watch.Elapsed;
        checks.That(await cli.RunAsync("jobs", "run", "ErasedSweep", "--reason", "restore drill"), "pipeline jobs run ErasedSweep");
        checks.That(await cli.RunAsync("rebuild", "--reason", "restore drill", "--yes", "--watch"), "pipeline rebuild");
        checks.That(await cli.RunAsync("reconcile"), "pipeline reconcile");
        var rebuilt = watch.Elapsed;
        await JudgeAsync(world, point, destroyed, uploads, erasures);
        Checks.Say($"{way}: {(destroyed - point).TotalSeconds:0.0} s lie between the point and the loss; restored in {restored.TotalSeconds:0.0} s, hosts ready in {ready.TotalSeconds:0.0} s, table rebuilt and compared in {rebuilt.TotalSeconds:0.0} s");
    }

    private async Task JudgeAsync(World world, DateTimeOffset point, DateTimeOffset destroyed, IReadOnlyCollection<Upload> uploads, IReadOnlyCollection<Erasure> erasures)
    {
        var audit = new DrillAudit(world, cancellationToken);
        var erased = erasures.Select(erasure => erasure.Id).ToHashSet();
        Upload[] before = [.. uploads.Where(upload => upload.At <= point && !erased.Contains(upload.Id))], after = [.. uploads.Where(upload => upload.At > point && !erased.Contains(upload.Id))];
        Erasure[] old = [.. erasures.Where(erasure => erasure.At <= destroyed - MarksAreWritten)];
        checks.That(before.Length > 0 && after.Length > 0 && old.Any(erasure => erasure.At > point), $"the load had {before.Length} confirms before the point and {after.Length} after it, and erasures after it");

        IReadOnlyList<string> bad = [];
        await TryAsync(async () => (bad = await audit.NotWholeAsync(before)).Count == 0);
        checks.That(bad.Count == 0, $"{before.Length - bad.Count} of {before.Length} assets confirmed before the point are whole, by the hash of their bytes{Such(bad)}");

        IReadOnlyList<string> back = [];
        await TryAsync(async () => (back = await audit.BackAsync([.. old.Select(erasure => erasure.Id)])).Count == 0);
        checks.That(back.Count == 0, $"none of {old.Length} erased assets is back, {old.Count(erasure => erasure.At > point)} of them erased after the point{Such(back)}");

        var lost = await audit.NotWholeAsync(after);
        Checks.Say($"of {after.Length} confirmed after the point, {after.Length - lost.Count} are whole again by their manifests and {lost.Count} are lost");
        Erasure[] late = [.. erasures.Where(erasure => erasure.At > destroyed - MarksAreWritten)];
        Checks.Say($"of {late.Length} erased in the last {MarksAreWritten.TotalSeconds:0} s before the loss, {(await audit.BackAsync([.. late.Select(erasure => erasure.Id)])).Count} are back");

        using var client = world.Client();
        var more = new List<Upload>();
        for (var i = 0; i < 8; i++)
        {
            var bytes = Crowd.OwnBytes();
            more.Add(new Upload(await client.UploadAsync(cancellationToken, bytes), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), TimeProvider.System.GetUtcNow()));
        }

        IReadOnlyList<string> unready = [];
        await TryAsync(async () => (unready = await audit.NotWholeAsync(more)).Count == 0);
        checks.That(unready.Count == 0, $"{more.Count} new uploads become ready{Such(unready)}");
    }

    private async Task<DateTimeOffset?> BackUpBaseAsync(Cluster cluster, string database)
    {
        await SaidAsync(cluster.ScriptAsync("backup.sh", database, "base", cluster["backup"]));

        // One byte of one file, as a bad disk would leave it.
        var copy = cluster["backup-spoiled"];
        await Command.RunAsync(["cp", "-a", cluster["backup"], copy]);
        Spoil(Path.Combine(copy, "global", "pg_filenode.map"));
        checks.That((await cluster.ScriptAsync("backup.sh", database, "check", copy)).Code != 0, "a base backup with one wrong byte is an error on its day");
        return null;
    }

    private async Task<DateTimeOffset?> DumpAsync(Cluster cluster, string database)
    {
        var begun = TimeProvider.System.GetUtcNow();
        await SaidAsync(cluster.ScriptAsync("backup.sh", database, "dump", cluster["pipeline.dump"]));
        var copy = cluster["spoiled.dump"];
        await Command.RunAsync(["cp", "-a", cluster["pipeline.dump"], copy]);
        Spoil(copy);
        checks.That((await cluster.ScriptAsync("backup.sh", database, "check", copy)).Code != 0, "a dump with wrong bytes is an error on its day");
        using (var file = File.Open(copy, FileMode.Open)) file.SetLength(file.Length / 2);
        checks.That((await cluster.ScriptAsync("backup.sh", database, "check", copy)).Code != 0, "a dump that was cut is an error on its day");
        return begun;
    }

    private static async Task RestoreBaseAsync(Cluster cluster, string database, DateTimeOffset point)
    {
        await SaidAsync(cluster.ScriptAsync("restore.sh", database, "base", cluster["backup"], cluster.Data, cluster.Archive, $"{point.UtcDateTime:yyyy-MM-dd HH:mm:ss.ffffff}+00"));
        await cluster.StartAsync();
    }

    private static async Task RestoreDumpAsync(Cluster cluster, string database, DateTimeOffset point)
    {
        await cluster.MakeAsync();
        await SaidAsync(cluster.ScriptAsync("restore.sh", database, "dump", cluster["pipeline.dump"], database));
    }

    private static async Task SaidAsync(Task<(int Code, string Said)> script)
    {
        var (code, said) = await script;
        if (code != 0) throw new OperationException(said.Trim());
        Checks.Say(said.Trim());
    }

    // In the middle, where a dump has data.
    private static void Spoil(string path)
    {
        var bytes = File.ReadAllBytes(path);
        for (var i = bytes.Length / 2; i < Math.Min(bytes.Length, (bytes.Length / 2) + 64); i++) bytes[i] ^= 0x5A;
        File.WriteAllBytes(path, bytes);
    }

    private static async Task<(ServerProcess Api, ServerProcess Worker)> StartAsync(World world) => (await world.StartApiAsync([World.WholeShare, .. Impatient]), await world.StartWorkerAsync());

    // What goes on without its database must not be missed either.
    private static async Task KillAsync(World world, ServerProcess worker)
    {
        await world.KillApiAsync();
        await world.KillWorkerAsync(worker);
    }

    private static async Task LeaveAsync(World world)
    {
        try
        {
            await world.DisposeAsync();
        }
        catch (NpgsqlException)
        {
            // The drill ended while its server was gone. Nothing of it is left to delete.
        }
    }

    private Task PassAsync(TimeSpan time) => Task.Delay(time, cancellationToken);

    private static async Task TryAsync(Func<Task<bool>> condition)
    {
        try
        {
            await World.Slowly(condition, "", Settling);
        }
        catch (TimeoutException)
        {
            // The check that follows says what is missing.
        }
    }

    private static string Such(IReadOnlyList<string> bad) => bad.Count == 0 ? "" : $"; such as {string.Join("; ", bad.Take(3))}";
}
