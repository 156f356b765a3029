using Microsoft.AspNetCore.Http;
using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>Faults of the object store, for clients, the API and the workers.</summary>
internal static class StoreUnwell
{
    // Every third request: each operation of an asset fails sometimes, and a retry usually succeeds.
    private const int EveryNth = 3;

    public static Task<Finding> SlowAsync(Scale scale, CancellationToken cancellationToken) => RunAsync(
        scale, proxy => proxy.Answer = async (_, gone) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(0.5), gone);
            return null;
        }, cancellationToken);

    public static Task<Finding> RefusingSomeAsync(Scale scale, CancellationToken cancellationToken) => RefusingAsync(scale, 500, cancellationToken);

    public static Task<Finding> SlowDownAsync(Scale scale, CancellationToken cancellationToken) => RefusingAsync(scale, 503, cancellationToken);

    public static Task<Finding> ResettingAsync(Scale scale, CancellationToken cancellationToken) => FaultyAsync(scale, _ => StoreFault.Reset, cancellationToken);

    public static Task<Finding> CuttingAsync(Scale scale, CancellationToken cancellationToken) => FaultyAsync(
        scale, request => HttpMethods.IsGet(request.Method) ? StoreFault.CutDownload : StoreFault.CutUpload, cancellationToken);

    public static Task<Finding> DroppingAsync(Scale scale, CancellationToken cancellationToken) =>
        FaultyAsync(scale, _ => StoreFault.DropReply, cancellationToken);

    public static async Task<Finding> AwayAsync(Scale scale, CancellationToken cancellationToken)
    {
        var away = scale.Of(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(10));
        await using var world = await World.CreateAsync();
        await world.StartApiAsync(World.WithTimeouts);
        await world.StartWorkerAsync();
        using var client = world.Client();
        var confirmed = (await client.UploadAsync(scale.Of(100, 10), cancellationToken)).ToList();
        Task<IReadOnlyList<Guid>> during;
        await using (await Service.Store.KilledAsync())
        {
            during = client.UploadAsync(scale.Of(20, 4), cancellationToken);
            await Task.Delay(away, cancellationToken);
        }

        confirmed.AddRange(await during);
        await world.DoneAsync("the store is back", TimeSpan.FromMinutes(5), cancellationToken);
        return new Finding($"{confirmed.Count} assets, away for {away.TotalSeconds:0} s", await world.AuditAsync(confirmed, cancellationToken));
    }

    private static Task<Finding> RefusingAsync(Scale scale, int status, CancellationToken cancellationToken)
    {
        var count = 0;
        return RunAsync(
            scale, proxy => proxy.Answer = (_, _) => Task.FromResult<int?>(Interlocked.Increment(ref count) % EveryNth == 0 ? status : null), cancellationToken);
    }

    private static Task<Finding> FaultyAsync(Scale scale, Func<HttpRequest, StoreFault> fault, CancellationToken cancellationToken)
    {
        var count = 0;
        return RunAsync(
            scale, proxy => proxy.Fault = request => Interlocked.Increment(ref count) % EveryNth == 0 ? fault(request) : StoreFault.None, cancellationToken);
    }

    private static async Task<Finding> RunAsync(Scale scale, Action<StoreProxy> spoil, CancellationToken cancellationToken)
    {
        await using var proxy = await StoreProxy.StartAsync();
        await using var world = await World.CreateAsync();
        await world.StartApiAsync([proxy.Setting, .. World.WithTimeouts]);
        await world.StartWorkerAsync(proxy.Setting);
        using var client = world.Client();
        spoil(proxy);
        var confirmed = await client.UploadAsync(scale.Of(100, 5), cancellationToken);
        await world.DoneAsync("the store is unwell", TimeSpan.FromMinutes(8), cancellationToken);
        proxy.Heal();
        var result = await world.AuditAsync(confirmed, cancellationToken);
        ChaosException.Unless(result == $"{confirmed.Count} ready", $"not all ready in spite of retries: {result}");
        return new Finding($"{confirmed.Count} assets, every third request", result);
    }
}
