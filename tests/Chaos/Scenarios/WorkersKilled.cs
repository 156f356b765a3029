namespace Pipeline.Chaos.Scenarios;

/// <summary>kill -9 of random workers while there is work, repeatedly.</summary>
internal static class WorkersKilled
{
    private const int AtATime = 2;

    public static async Task<Finding> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        var (assets, kills) = (scale.Of(1000, 20), scale.Of(100, 2));
        await using var world = await World.CreateAsync();
        await world.StartApiAsync();
        for (var i = 0; i < AtATime; i++) await world.StartWorkerAsync();
        using var client = world.Client();
        var random = new Random(17);
        var confirmed = new List<Guid>();
        var inWork = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            confirmed.AddRange(await client.UploadAsync((assets * (kill + 1) / kills) - confirmed.Count, cancellationToken));
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble()), cancellationToken);
            if (await world.Database.CountAsync(""" "Work" = 'Processing' """, cancellationToken) > 0) inWork++;
            await world.KillWorkerAsync(world.Workers[random.Next(world.Workers.Count)]);
            await world.StartWorkerAsync();
        }

        await world.DoneAsync("workers are no longer killed", TimeSpan.FromMinutes(10), cancellationToken);
        await NoDecoderIsLeftAsync(world.Workers.Count);
        var result = await world.AuditAsync(confirmed, cancellationToken);

        // Only requests that were in work during three crashes in a row.
        foreach (var failed in (await world.Database.RowsAsync(cancellationToken)).Where(r => r.Status == "Failed"))
            await client.ReprocessAsync(failed.Id, cancellationToken);
        await world.DoneAsync("what failed is asked for again", TimeSpan.FromMinutes(2), cancellationToken);
        return new Finding($"{confirmed.Count} assets, {kills} kills", $"{result}; {inWork} kills while work was in hand; in the end {await world.AuditAsync(confirmed, cancellationToken)}");
    }

    // A decoder must end when its worker is killed.
    private static Task NoDecoderIsLeftAsync(int workers) => World.Slowly(
        () => Task.FromResult(Orphans() == 0), $"no process of a dead worker lives on beside {workers} workers", TimeSpan.FromSeconds(30));

    private static int Orphans()
    {
        var orphans = 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(f => char.IsAsciiDigit(Path.GetFileName(f)[0])))
        {
            try
            {
                if (!File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(AppContext.BaseDirectory, StringComparison.Ordinal)) continue;
                if (File.ReadLines(Path.Combine(folder, "status")).Contains("PPid:\t1")) orphans++;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process ended during the check.
            }
        }

        return orphans;
    }
}
