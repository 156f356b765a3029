using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>
/// kill -9 of a worker at each processing step. Proxies recognise the step by the requests that the worker sends to the store,
/// the scanner and the broker, and hold these until it is dead. Each kill hits several assets, all at the same step.
/// </summary>
internal static class WorkerCrashes
{
    private const int AtOnce = 5;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    public static Task<Finding> FetchAsync(Scale scale, CancellationToken cancellationToken) => CrashAsync(
        scale, ground => new Gate(ground.Store, Requests.IsRead), (_, gate) => Task.FromResult(gate.Waiting >= AtOnce), cancellationToken);

    public static Task<Finding> FreezeAsync(Scale scale, CancellationToken cancellationToken) => CrashAsync(
        scale, ground => new Gate(ground.Store, Requests.IsFreeze), (_, gate) => Task.FromResult(gate.Waiting >= AtOnce), cancellationToken);

    public static Task<Finding> FrozenAsync(Scale scale, CancellationToken cancellationToken) => CrashAsync(
        scale,
        ground => ground.Store.Fault = request => Requests.IsFreeze(request) ? StoreFault.HoldReply : StoreFault.None,
        async (ground, _) => await ground.CountNewAsync("originals/", cancellationToken) >= AtOnce,
        cancellationToken);

    public static Task<Finding> FirstVariantAsync(Scale scale, CancellationToken cancellationToken) => CrashAsync(
        scale,
        ground => new Gate(ground.Store, Requests.IsVariant),
        (_, gate) => Task.FromResult(gate.Waiting >= AtOnce * Photo.Variants),
        cancellationToken);

    public static Task<Finding> LaterVariantAsync(Scale scale, CancellationToken cancellationToken) => CrashAsync(
        scale,
        ground => new Gate(ground.Store, Requests.IsLargerVariant),
        async (ground, gate) => gate.Waiting >= AtOnce * Photo.Variants / 2
            && await ground.CountNewAsync("assets/", cancellationToken) >= AtOnce * Photo.Variants / 2,
        cancellationToken);

    public static Task<Finding> ScanAsync(Scale scale, CancellationToken cancellationToken)
    {
        var before = 0;
        return CrashAsync(
            scale,
            ground =>
            {
                before = ground.Scanner.Connections;
                return ground.Scanner.Mode = ProxyMode.HoldReplies;
            },
            async (ground, _) => ground.Scanner.Connections >= before + AtOnce && await ground.InWorkAsync(cancellationToken) >= AtOnce,
            cancellationToken);
    }

    /// <summary>After all scans and before the first freeze request, the worker is decoding.</summary>
    public static Task<Finding> DecodeAsync(Scale scale, CancellationToken cancellationToken)
    {
        var before = 0;
        var scanned = false;
        return CrashAsync(
            scale,
            ground =>
            {
                (before, scanned) = (ground.Scanner.Connections, false);
                ground.Scanner.Mode = ProxyMode.HoldReplies;
                return new Gate(ground.Store, Requests.IsFreeze);
            },
            async (ground, gate) =>
            {
                if (scanned) return true;
                if (ground.Scanner.Connections < before + AtOnce || await ground.InWorkAsync(cancellationToken) < AtOnce) return false;
                ground.Scanner.Mode = ProxyMode.Pass;
                return scanned = true;
            },
            cancellationToken,
            missed: gate => gate.Waiting);
    }

    /// <summary>All objects are stored, and the outcome is lost.</summary>
    public static Task<Finding> BeforeTellingAsync(Scale scale, CancellationToken cancellationToken) => TellingAsync(
        scale, ProxyMode.Hang, async ground => await ground.CountNewAsync("assets/", cancellationToken) >= AtOnce * Photo.Variants, cancellationToken);

    /// <summary>The broker has the outcome, but not the worker's acknowledgement of the request.</summary>
    public static Task<Finding> BeforeAcknowledgingAsync(Scale scale, CancellationToken cancellationToken) => TellingAsync(
        scale, ProxyMode.HoldReplies, async ground => await ground.InWorkAsync(cancellationToken) == 0, cancellationToken);

    private static Task<Finding> TellingAsync(Scale scale, ProxyMode broker, Func<CrashGround, Task<bool>> reached, CancellationToken cancellationToken) => CrashAsync(
        scale,
        ground => new Gate(ground.Store, Requests.IsLargerVariant),
        async (ground, gate) =>
        {
            if (gate.Waiting < AtOnce * Photo.Variants / 2) return false;
            ground.Broker.Mode = broker;
            gate.Open();
            return await reached(ground);
        },
        cancellationToken);

    private static async Task<Finding> CrashAsync<T>(
        Scale scale, Func<CrashGround, T> hold, Func<CrashGround, T, Task<bool>> reached, CancellationToken cancellationToken, Func<T, int>? missed = null)
    {
        var wanted = scale.Of(50, AtOnce);
        await using var ground = await CrashGround.CreateAsync(AtOnce);
        await ground.World.StartApiAsync([World.WholeShare, .. World.WithTimeouts]);
        using var client = ground.World.Client();
        var confirmed = new List<Guid>();
        var (hits, kills) = (0, 0);
        while (hits < wanted)
        {
            var worker = await ground.StartWorkerAsync();
            await ground.World.DoneAsync("the last crash", Soon * 4, cancellationToken);

            // The first publish of a message type declares exchanges; break a later, ordinary one.
            confirmed.Add(await client.UploadAsync(cancellationToken));
            await ground.World.DoneAsync("the first upload", Soon * 2, cancellationToken);
            await ground.RememberAsync(cancellationToken);
            var held = hold(ground);
            confirmed.AddRange(await client.UploadAsync(AtOnce, cancellationToken));
            await Eventually.True(() => reached(ground, held), "the worker is at the step", Soon);
            await ground.World.KillWorkerAsync(worker);
            hits += AtOnce - (missed?.Invoke(held) ?? 0);
            kills++;
            ground.Heal();
        }

        await ground.StartWorkerAsync();
        await ground.World.DoneAsync("the last crash", Soon * 4, cancellationToken);
        var result = await ground.World.AuditAsync(confirmed, cancellationToken);
        ChaosException.Unless(result == $"{confirmed.Count} ready", $"not all ready after their only crash: {result}");
        return new Finding($"{hits} assets in {kills} crashes", result);
    }
}
