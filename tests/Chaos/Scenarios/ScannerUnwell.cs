using System.Net.Sockets;
using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>Faults of clamd. Files are published only after a clean verdict, and all are published once it works again.</summary>
internal static class ScannerUnwell
{
    public static Task<Finding> DownAsync(Scale scale, CancellationToken cancellationToken) =>
        AwayAsync(scale, Service.Scanner.KilledAsync, cancellationToken);

    public static Task<Finding> FrozenAsync(Scale scale, CancellationToken cancellationToken) =>
        AwayAsync(scale, Service.Scanner.FrozenAsync, cancellationToken);

    public static Task<Finding> SlowAsync(Scale scale, CancellationToken cancellationToken) =>
        SpoiltAsync(scale, proxy => proxy.BytesPerSecond = 2000, cancellationToken);

    /// <summary>All bytes arrive, and the verdict comes after the deadline.</summary>
    public static Task<Finding> LateAsync(Scale scale, CancellationToken cancellationToken) =>
        SpoiltAsync(scale, proxy => proxy.ReplyDelay = TimeSpan.FromSeconds(6), cancellationToken);

    public static Task<Finding> ResettingAsync(Scale scale, CancellationToken cancellationToken) =>
        SpoiltAsync(scale, proxy => proxy.Mode = ProxyMode.Reset, cancellationToken);

    public static Task<Finding> ErrorAsync(Scale scale, CancellationToken cancellationToken) => SayingAsync(scale, "stream: Can't scan it ERROR\0", cancellationToken);

    public static Task<Finding> NothingAsync(Scale scale, CancellationToken cancellationToken) => SayingAsync(scale, "", cancellationToken);

    public static Task<Finding> GarbageAsync(Scale scale, CancellationToken cancellationToken) => SayingAsync(scale, "stream: OK?\0stream: OK\0", cancellationToken);

    public static async Task<Finding> ReloadingAsync(Scale scale, CancellationToken cancellationToken)
    {
        await using var world = await World.CreateAsync();
        await world.StartApiAsync(World.WithTimeouts);
        await world.StartWorkerAsync();
        using var client = world.Client();
        var uploads = client.UploadAsync(scale.Of(200, 10), cancellationToken);
        var reloads = 0;
        do
        {
            await TellAsync("nRELOAD\n", cancellationToken);
            reloads++;
            await Task.Delay(TimeSpan.FromSeconds(0.5), cancellationToken);
        }
        while (!uploads.IsCompleted || await world.Database.CountAsync(Row.Undone, cancellationToken) > 0);
        return await AllReadyAsync(world, await uploads, $"{reloads} reloads", cancellationToken);
    }

    /// <summary>The scanner's limit is a final verdict: the file is rejected.</summary>
    public static async Task<Finding> OverLimitAsync(Scale scale, CancellationToken cancellationToken)
    {
        await using var proxy = Proxy();
        await using var world = await World.CreateAsync();
        await world.StartApiAsync(World.WithTimeouts);
        await world.StartWorkerAsync(Behind(proxy));
        using var client = world.Client();
        (proxy.Saying, proxy.Mode) = ("INSTREAM size limit exceeded. ERROR\0", ProxyMode.Say);
        var confirmed = await client.UploadAsync(scale.Of(50, 5), cancellationToken);
        await world.DoneAsync("the scanner's limit is passed", TimeSpan.FromMinutes(2), cancellationToken);
        var refused = await world.Database.CountAsync(""" "RejectionCode" = 'scan_limit_exceeded' """, cancellationToken);
        ChaosException.Unless(refused == confirmed.Count, $"{refused} of {confirmed.Count} were refused");
        return new Finding($"{confirmed.Count} assets", await world.AuditAsync(confirmed, cancellationToken));
    }

    private static Task<Finding> SayingAsync(Scale scale, string saying, CancellationToken cancellationToken) =>
        SpoiltAsync(scale, proxy => (proxy.Saying, proxy.Mode) = (saying, ProxyMode.Say), cancellationToken);

    private static async Task<Finding> SpoiltAsync(Scale scale, Action<FaultProxy> spoil, CancellationToken cancellationToken)
    {
        await using var proxy = Proxy();
        return await RunAsync(
            scale,
            () =>
            {
                spoil(proxy);
                return Task.CompletedTask;
            },
            () =>
            {
                (proxy.Mode, proxy.BytesPerSecond, proxy.ReplyDelay) = (ProxyMode.Pass, 0, TimeSpan.Zero);
                return Task.CompletedTask;
            },
            cancellationToken,
            Behind(proxy));
    }

    private static Task<Finding> AwayAsync(Scale scale, Func<Task<IAsyncDisposable>> takeAway, CancellationToken cancellationToken)
    {
        IAsyncDisposable? away = null;
        return RunAsync(scale, async () => away = await takeAway(), async () => await away!.DisposeAsync(), cancellationToken);
    }

    private static async Task<Finding> RunAsync(
        Scale scale, Func<Task> spoil, Func<Task> heal, CancellationToken cancellationToken, params (string Name, string Value)[] worker)
    {
        var unwell = scale.Of(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(8));
        await using var world = await World.CreateAsync();
        await world.StartApiAsync(World.WithTimeouts);
        await world.StartWorkerAsync([("Processor__Clamd__ScanTimeout", "00:00:03"), ("Processor__Clamd__IdleTimeout", "00:00:02"), .. worker]);
        using var client = world.Client();
        IReadOnlyList<Guid> confirmed;
        await spoil();
        try
        {
            confirmed = await client.UploadAsync(scale.Of(50, 5), cancellationToken);
            await Task.Delay(unwell, cancellationToken);
            var ready = await world.Database.CountAsync(""" "Status" = 'Ready' """, cancellationToken);
            ChaosException.Unless(ready == 0, $"{ready} are ready that nobody has scanned");
            var tried = await world.Database.CountAsync(""" "FailureCode" = 'scanner_unavailable' """, cancellationToken);
            ChaosException.Unless(tried > 0, "no scan was even tried");
            ChaosException.Unless(!(await world.Bucket.KeysAsync(cancellationToken)).Any(k => k.StartsWith("assets/", StringComparison.Ordinal)), "something is published");
        }
        finally
        {
            await heal();
        }

        return await AllReadyAsync(world, confirmed, $"unwell for {unwell.TotalSeconds:0} s", cancellationToken);
    }

    private static async Task<Finding> AllReadyAsync(World world, IReadOnlyList<Guid> confirmed, string how, CancellationToken cancellationToken)
    {
        await world.DoneAsync("the scanner is well", TimeSpan.FromMinutes(3), cancellationToken);
        var result = await world.AuditAsync(confirmed, cancellationToken);
        ChaosException.Unless(result == $"{confirmed.Count} ready", $"not all ready with a scanner that is well: {result}");
        return new Finding($"{confirmed.Count} assets, {how}", $"0 ready meanwhile unscanned, then {result}");
    }

    private static Uri Address => new(ProductionSettings.Of("", "")["Processor__Clamd__Address"]);

    private static FaultProxy Proxy() => new(Address.Host, Address.Port);

    private static (string Name, string Value) Behind(FaultProxy proxy) => ("Processor__Clamd__Address", $"tcp://127.0.0.1:{proxy.Port}");

    private static async Task TellAsync(string command, CancellationToken cancellationToken)
    {
        using var clamd = new TcpClient();
        await clamd.ConnectAsync(Address.Host, Address.Port, cancellationToken);
        await clamd.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(command), cancellationToken);
        _ = await clamd.GetStream().ReadAsync(new byte[64], cancellationToken);
    }
}
