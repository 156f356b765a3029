using System.Diagnostics;
using System.Net;
using System.Text;

namespace Pipeline.TestKit;

/// <summary>The embedded server in its own process, as a user runs it: started, stopped by SIGTERM or killed.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    // Seconds on an idle machine, and more than 90 of them where other programs leave it no processor. A start that hangs still fails.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly List<string> _errors = [];

    private ServerProcess(Process process, Uri address)
    {
        (_process, Address) = (process, address);
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            Append(line.Data);
            lock (_log)
            {
                if (line.Data is { } error) _errors.Add(error);
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    public int Id => _process.Id;

    /// <summary>Its output so far.</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <summary>Peak memory in bytes, as the kernel reports it.</summary>
    public long PeakMemory => 1024 * long.Parse(File.ReadLines($"/proc/{_process.Id}/status")
        .First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

    /// <summary>Starts the program and waits until it is ready.</summary>
    /// <param name="program">The DLL of the embedded server.</param>
    /// <param name="workingFolder">The folder of its data.</param>
    /// <param name="settings">Environment variables, such as <c>Uploads__UrlSeconds</c>.</param>
    /// <param name="under">A program with its arguments that executes the server and observes it, such as a tracer.</param>
    public static async Task<ServerProcess> StartAsync(
        string program, string workingFolder, IReadOnlyDictionary<string, string> settings, int? port = null, params IReadOnlyList<string> under)
    {
        var server = Launch(program, workingFolder, settings, port, under);
        try
        {
            await Eventually.True(server.IsReadyAsync, "the server starts", StartLimit);
            return server;
        }
        catch (Exception e)
        {
            await server.KillAsync();
            throw new InvalidOperationException($"The server did not start. It said:\n{server.Log}", e);
        }
    }

    /// <summary>Starts the program and does not wait.</summary>
    /// <inheritdoc cref="StartAsync" />
    public static ServerProcess Launch(
        string program, string workingFolder, IReadOnlyDictionary<string, string> settings, int? port = null, params IReadOnlyList<string> under)
    {
        var address = new Uri($"http://localhost:{port ?? FreePort.Take()}");
        IReadOnlyList<string> command = [.. under, "dotnet", program];
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = workingFolder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PORT"] = address.Port.ToString();
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return new ServerProcess(Process.Start(start)!, address);
    }

    /// <summary>Waits for the end of a start that fails.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Its standard error.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_log) return [.. _errors];
        }
    }

    /// <summary>SIGKILL: it can neither clean up nor end its child processes.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as from Ctrl-C or a service manager.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString()])) await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(StopLimit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process.HasExited) throw new InvalidOperationException($"It ended with exit code {_process.ExitCode}.");
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private void Append(string? line)
    {
        lock (_log) _log.AppendLine(line);
    }
}
