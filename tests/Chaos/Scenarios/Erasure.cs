using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>A deletion removes everything, during any step of any worker and any fault.</summary>
internal static class Erasure
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    /// <summary>A worker has scanned, decoded and frozen the file and is about to publish it when its owner deletes it.</summary>
    public static async Task<Finding> InWorkAsync(Scale scale, CancellationToken cancellationToken)
    {
        var count = scale.Of(50, 5);
        await using var proxy = await StoreProxy.StartAsync();
        await using var world = await World.CreateAsync();
        await world.StartApiAsync(World.WholeShare);
        await world.StartWorkerAsync(proxy.Setting, ("Processor__Messaging__Concurrency", "5"));
        using var client = world.Client();
        var deleted = new List<Guid>();
        while (deleted.Count < count)
        {
            var gate = new Gate(proxy, Requests.IsVariant);
            var ids = await client.UploadAsync(5, cancellationToken);
            await Eventually.True(() => gate.Waiting == 5 * Photo.Variants, "the worker is about to publish", Soon);
            foreach (var id in ids) await client.DeleteAsync(id, cancellationToken);
            gate.Open();
            deleted.AddRange(ids);
        }

        return await ErasedAsync(world, deleted, "deleted in mid-work", cancellationToken);
    }

    /// <summary>The URL is still valid after the deletion, and a client uses it.</summary>
    public static async Task<Finding> LateUploadAsync(Scale scale, CancellationToken cancellationToken)
    {
        var count = scale.Of(50, 5);
        await using var world = await World.CreateAsync();
        await world.StartApiAsync();
        await world.StartWorkerAsync();
        using var client = world.Client();
        var places = await client.PrepareAsync(count, cancellationToken);
        foreach (var place in places.Take(count / 2)) await client.ConfirmAsync(place.Id, cancellationToken);
        await World.Slowly(
            async () => await world.Database.CountAsync(""" "Status" = 'Ready' """, cancellationToken) == count / 2, "half of them are ready", Soon);
        foreach (var place in places) await client.DeleteAsync(place.Id, cancellationToken);
        await World.Slowly(async () => (await world.Bucket.KeysAsync(cancellationToken)).Count == 0, "all is deleted", Soon);

        foreach (var place in places) await client.PutAsync(place, cancellationToken);
        var late = (await world.Bucket.KeysAsync(cancellationToken)).Count;
        ChaosException.Unless(late == count, $"{late} of {count} late uploads came through");
        return await ErasedAsync(world, [.. places.Select(p => p.Id)], "put again after the deletion", cancellationToken);
    }

    public static async Task<Finding> QuarantinedAsync(Scale scale, CancellationToken cancellationToken)
    {
        await using var world = await World.CreateAsync();
        await world.StartApiAsync();
        await world.StartWorkerAsync(("Quarantine__Keep", "true"));
        using var client = world.Client();
        var ids = new List<Guid>();
        while (ids.Count < scale.Of(50, 5)) ids.Add(await client.UploadAsync(cancellationToken, EicarFile.Bytes));
        await World.Slowly(async () => await KeptAsync() == ids.Count, "all are kept in quarantine", Soon);
        foreach (var id in ids) await client.DeleteAsync(id, cancellationToken);
        return await ErasedAsync(world, ids, "infected and kept", cancellationToken);

        async Task<int> KeptAsync() =>
            (await world.Bucket.KeysAsync(cancellationToken)).Count(k => k.StartsWith("quarantine/", StringComparison.Ordinal));
    }

    public static Task<Finding> WithoutBrokerAsync(Scale scale, CancellationToken cancellationToken) =>
        WithoutAsync(scale, Service.Broker.KilledAsync, "while RabbitMQ was dead", cancellationToken);

    public static Task<Finding> WithoutDatabaseAsync(Scale scale, CancellationToken cancellationToken) =>
        WithoutAsync(scale, Service.Database.KilledAsync, "while PostgreSQL was dead", cancellationToken);

    public static Task<Finding> WithoutStoreAsync(Scale scale, CancellationToken cancellationToken) =>
        WithoutAsync(scale, Service.Store.KilledAsync, "while the store was dead", cancellationToken);

    private static async Task<Finding> WithoutAsync(Scale scale, Func<Task<IAsyncDisposable>> takeAway, string how, CancellationToken cancellationToken)
    {
        await using var world = await World.CreateAsync();
        await world.StartApiAsync();
        await world.StartWorkerAsync();
        using var client = world.Client();
        var ids = await client.UploadAsync(scale.Of(50, 6), cancellationToken);
        await World.Slowly(async () => await world.Database.CountAsync(""" "Status" = 'Ready' """, cancellationToken) > 0, "some are ready, others in work", Soon);
        Task deletions;
        await using (await takeAway())
        {
            deletions = Parallel.ForEachAsync(ids, cancellationToken, async (id, token) => await client.DeleteAsync(id, token));
            await Task.WhenAny(deletions, Task.Delay(TimeSpan.FromSeconds(5), cancellationToken));
        }

        await deletions;
        return await ErasedAsync(world, ids, how, cancellationToken);
    }

    private static async Task<Finding> ErasedAsync(World world, IReadOnlyList<Guid> deleted, string how, CancellationToken cancellationToken)
    {
        var (left, due) = ((IReadOnlyList<string>)[], 0L);
        try
        {
            await World.Slowly(
                async () =>
                {
                    // The last check of a row runs a day after its last change, and after the slowest upload that its URL allows. To avoid the
                    // wait, move both times to the past, and again if the worker reports its outcome only now.
                    await world.Database.ChangeAsync(
                        """
                        UPDATE assets SET "UploadUrlExpiresAt" = now() - interval '2 days', "UpdatedAt" = now() - interval '2 days', "TidyAt" = now()
                        WHERE "TidyAt" > now()
                        """,
                        cancellationToken);
                    left = await world.Bucket.KeysAsync(cancellationToken);
                    due = await world.Database.CountAsync(""" "TidyAt" IS NOT NULL """, cancellationToken);
                    return left.Count == 0 && due == 0;
                },
                "nothing is left of what was deleted",
                Soon);
        }
        catch (TimeoutException)
        {
            throw new ChaosException($"{left.Count} objects are left ({string.Join(", ", left.Take(3))}), {due} rows are still to be looked at");
        }

        var rows = await world.Database.RowsAsync(cancellationToken);
        var personal = rows.Count(r => r.IsPersonal);
        ChaosException.Unless(personal == 0, $"{personal} tombstones still tell something of the file");
        return new Finding($"{deleted.Count} assets {how}", $"no object left; {await world.AuditAsync(deleted, cancellationToken)}");
    }
}
