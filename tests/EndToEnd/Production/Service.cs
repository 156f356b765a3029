using System.Diagnostics;

namespace Pipeline.EndToEnd.Production;

/// <summary>A service of <c>./services.sh</c>, taken away for as long as a test needs that.</summary>
internal sealed class Service
{
    private readonly string _script;

    private Service(string name) => _script = Path.Combine(Root(), "tests", "services", $"{name}.sh");

    public static Service Broker { get; } = new("rabbitmq");

    public static Service Scanner { get; } = new("clamd");

    public static Service Database { get; } = new("postgres");

    /// <summary>SIGKILL; it is back at the end of the scope.</summary>
    public Task<IAsyncDisposable> KilledAsync() => AwayAsync("kill");

    /// <summary>A polite end, which loses nothing that was committed even where the service writes lazily; it is back at the end of the scope.</summary>
    public Task<IAsyncDisposable> StoppedAsync() => AwayAsync("stop");

    private async Task<IAsyncDisposable> AwayAsync(string verb)
    {
        var away = new Away(this);
        try
        {
            await RunAsync(verb);
            return away;
        }
        catch
        {
            await away.DisposeAsync();
            throw;
        }
    }

    private async Task RunAsync(string verb)
    {
        using var process = Process.Start(new ProcessStartInfo(_script, [verb])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{_script} {verb}: {await output}{await errors}");
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Pipeline.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not lie in the repository.");
        return folder;
    }

    private sealed class Away(Service service) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await service.RunAsync("start");
    }
}

/// <summary>Tests that take away what others need, or that need the queues for themselves: they run after all others, one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultTests
{
    public const string Name = "faults";
}
