using Npgsql;
using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>kill -9 of the API between the commit of a confirm and the publish, before it marks the row as published, and while it handles an outcome.</summary>
internal static class ApiCrashes
{
    private const int AtOnce = 5;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    /// <summary>A broker that accepts nothing keeps the requests of several confirms in the table.</summary>
    public static Task<Finding> BeforePublishAsync(Scale scale, CancellationToken cancellationToken) => CrashAsync(
        scale, AtOnce, ground => ground.Broker.Mode = ProxyMode.Hang, _ => Task.FromResult(true), cancellationToken);

    /// <summary>A broker whose publisher confirms never arrive: the request is delivered, even processed, but the row still has it as due.</summary>
    public static Task<Finding> BeforeMarkAsync(Scale scale, CancellationToken cancellationToken) => CrashAsync(
        scale,
        1,
        ground => ground.Broker.Mode = ProxyMode.HoldReplies,
        async ground => await ground.CountNewAsync("assets/", cancellationToken) == Photo.Variants
            && await ground.World.Database.CountAsync(""" "DispatchAt" IS NOT NULL """, cancellationToken) == 1,
        cancellationToken);

    /// <summary>Rows that another session has locked keep the API from storing the outcomes that it has received.</summary>
    public static async Task<Finding> BeforeOutcomeAsync(Scale scale, CancellationToken cancellationToken)
    {
        NpgsqlConnection? locked = null;
        Gate? gate = null;
        try
        {
            return await CrashAsync(
                scale,
                AtOnce,
                ground => gate = new Gate(ground.Store, Requests.IsVariant),
                async ground =>
                {
                    if (locked is null)
                    {
                        if (await ground.World.Database.CountAsync(""" "Work" = 'Processing' """, cancellationToken) < AtOnce) return false;
                        locked = await ground.World.Database.OpenAsync(cancellationToken);
                        await ExecuteAsync(locked, """BEGIN; SELECT 1 FROM assets WHERE "Work" = 'Processing' FOR UPDATE""", cancellationToken);
                        gate!.Open();
                    }

                    return await WaitingAsync(ground, cancellationToken) >= AtOnce;
                },
                cancellationToken,
                async () =>
                {
                    await locked!.DisposeAsync();
                    locked = null;
                });
        }
        finally
        {
            if (locked is not null) await locked.DisposeAsync();
        }
    }

    private static async Task<Finding> CrashAsync<T>(
        Scale scale, int atOnce, Func<CrashGround, T> hold, Func<CrashGround, Task<bool>> reached, CancellationToken cancellationToken, Func<Task>? afterwards = null)
    {
        var wanted = scale.Of(50, atOnce);
        await using var ground = await CrashGround.CreateAsync(AtOnce);
        await ground.World.StartApiAsync(ground.BrokerSetting, World.WholeShare);
        await ground.World.StartWorkerAsync(ground.Store.Setting, ("Processor__Messaging__Concurrency", $"{AtOnce}"));
        var confirmed = new List<Guid>();
        var (hits, kills) = (0, 0);
        while (hits < wanted)
        {
            using var client = ground.World.Client();

            // The first publish of a host declares exchanges; break a later, ordinary one.
            confirmed.Add(await client.UploadAsync(cancellationToken));
            await ground.World.DoneAsync("the first upload", Soon * 2, cancellationToken);
            await ground.RememberAsync(cancellationToken);
            var places = await client.PrepareAsync(atOnce, cancellationToken);
            hold(ground);
            foreach (var place in places) await client.ConfirmAsync(place.Id, cancellationToken);
            confirmed.AddRange(places.Select(p => p.Id));
            await Eventually.True(() => reached(ground), "the API is at the step", Soon);
            await ground.World.KillApiAsync();
            (hits, kills) = (hits + atOnce, kills + 1);
            ground.Heal();
            if (afterwards is not null) await afterwards();
            await ground.World.StartApiAsync(ground.BrokerSetting, World.WholeShare);
            await ground.World.DoneAsync("the API is back", Soon * 4, cancellationToken);
        }

        var result = await ground.World.AuditAsync(confirmed, cancellationToken);
        ChaosException.Unless(result == $"{confirmed.Count} ready", $"not all ready: {result}");
        return new Finding($"{hits} assets in {kills} crashes", result);
    }

    private static async Task<long> WaitingAsync(CrashGround ground, CancellationToken cancellationToken)
    {
        await using var connection = await ground.World.Database.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
