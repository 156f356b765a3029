using System.Diagnostics;

namespace Pipeline.TestKit;

/// <summary>A service of <c>./services.sh</c> that a test stops for a while.</summary>
public sealed class Service
{
    private readonly string _script;

    private Service(string name) => _script = Path.Combine(Repository.Root, "tests", "services", $"{name}.sh");

    public static Service Broker { get; } = new("rabbitmq");

    public static Service Scanner { get; } = new("clamd");

    public static Service Database { get; } = new("postgres");

    public static Service Store { get; } = new("s3");

    /// <summary>SIGKILL; the end of the scope starts it again.</summary>
    public Task<IAsyncDisposable> KilledAsync() => AwayAsync("kill", "start");

    /// <summary>A clean stop, which loses no committed data even if the service writes lazily; the end of the scope starts it again.</summary>
    public Task<IAsyncDisposable> StoppedAsync() => AwayAsync("stop", "start");

    /// <summary>SIGSTOP: its connections stay open without answers; the end of the scope resumes it.</summary>
    public Task<IAsyncDisposable> FrozenAsync() => AwayAsync("pause", "resume");

    /// <summary>Runs the service's script.</summary>
    /// <returns>Its output.</returns>
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

    /// <summary>Starts the service's script with a verb that runs until its process is killed.</summary>
    public Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(_script, arguments) { UseShellExecute = false, RedirectStandardOutput = false })!;

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
                // After several kills a server does not always start at the first try, so try again, as a supervisor does.
                await service.RunAsync(back);
            }
        }
    }
}
