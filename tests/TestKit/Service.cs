using System.Diagnostics;

namespace Pipeline.TestKit;

/// <summary>A service of <c>./services.sh</c>, taken away for as long as a test needs that.</summary>
public sealed class Service
{
    private readonly string _script;

    private Service(string name) => _script = Path.Combine(Repository.Root, "tests", "services", $"{name}.sh");

    public static Service Broker { get; } = new("rabbitmq");

    public static Service Scanner { get; } = new("clamd");

    public static Service Database { get; } = new("postgres");

    public static Service Store { get; } = new("s3");

    /// <summary>SIGKILL; it is back at the end of the scope.</summary>
    public Task<IAsyncDisposable> KilledAsync() => AwayAsync("kill", "start");

    /// <summary>A polite end, which loses nothing that was committed even where the service writes lazily; it is back at the end of the scope.</summary>
    public Task<IAsyncDisposable> StoppedAsync() => AwayAsync("stop", "start");

    /// <summary>SIGSTOP: its connections stay open and nobody answers; it goes on at the end of the scope.</summary>
    public Task<IAsyncDisposable> FrozenAsync() => AwayAsync("pause", "resume");

    /// <summary>Runs the service's script.</summary>
    /// <returns>What it printed.</returns>
    public Task<string> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(StringComparer.Ordinal), arguments);

    /// <inheritdoc cref="RunAsync(string[])" />
    /// <param name="settings">Environment variables, such as another port and folder for a second server.</param>
    public async Task<string> RunAsync(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo(_script, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{_script} {string.Join(' ', arguments)}: {await output}{await errors}");
    }

    private async Task<IAsyncDisposable> AwayAsync(string away, string back)
    {
        var scope = new Away(this, back);
        try
        {
            await RunAsync(away);
            return scope;
        }
        catch
        {
            await scope.DisposeAsync();
            throw;
        }
    }

    private sealed class Away(Service service, string back) : IAsyncDisposable
    {
        private bool _back;

        public async ValueTask DisposeAsync()
        {
            if (_back) return;
            _back = true;
            try
            {
                await service.RunAsync(back);
            }
            catch (InvalidOperationException)
            {
                // A server that was killed again and again does not come up each time at once. Whoever supervises one tries again.
                await service.RunAsync(back);
            }
        }
    }
}
