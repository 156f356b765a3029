using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Pipeline.Cli.Tests;

/// <summary>Runs the CLI inside the test process, with the test's environment, clock and streams.</summary>
sealed class CliRun : IDisposable
{
    public const string Token = "secret-token-of-ana";

    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private readonly WaitClock _waitClock;

    public CliRun() => _waitClock = new WaitClock(Clock);

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal) { ["PIPELINE_TOKEN"] = Token };

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>All waits of the CLI so far, in order.</summary>
    public List<TimeSpan> Waits => _waitClock.Waits;

    public string Typed { get; set; } = "";

    public bool AtTerminal { get; init; }

    /// <summary>Whether results go to a terminal.</summary>
    public bool OutAtTerminal { get; init; }

    /// <summary>Whether times that the CLI shows and sends are real; waits pass at once all the same.</summary>
    public bool RealTime { get; init; }

    /// <summary>The test's own home folder, which also holds its files.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("pipeline-cli-").FullName;

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public JsonElement Document => JsonElement.Parse(Out);

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs a command against a server.</summary>
    public Task<int> AgainstAsync(ScriptedApi api, params string[] args)
    {
        Variables["PIPELINE_SERVER"] = api.Address.ToString();
        return RunAsync(args);
    }

    public async Task<int> RunAsync(params string[] args) => await RunAsync(CancellationToken.None, args);

    /// <summary>Runs a command against a server until it ends or is stopped.</summary>
    public Task<int> AgainstAsync(ScriptedApi api, CancellationToken cancellationToken, params string[] args)
    {
        Variables["PIPELINE_SERVER"] = api.Address.ToString();
        return RunAsync(cancellationToken, args);
    }

    public async Task<int> RunAsync(CancellationToken cancellationToken, params string[] args)
    {
        Variables.TryAdd("HOME", Folder);
        var typed = new StringReader(Typed);
        var environment = new CliEnvironment
        {
            Out = _out,
            Error = TextWriter.Synchronized(_error),
            In = typed,
            ReadSecret = typed.ReadLine,
            InIsTerminal = AtTerminal,
            ErrorIsTerminal = AtTerminal,
            OutIsTerminal = OutAtTerminal,
            Variable = name => Variables.GetValueOrDefault(name),
            HostSettings = () =>
            {
                var settings = new ConfigurationManager();
                settings.AddInMemoryCollection(Variables.Select(v => KeyValuePair.Create(v.Key.Replace("__", ":"), (string?)v.Value)));
                return settings;
            },
            Time = RealTime ? TimeProvider.System : Clock,
            WaitTime = _waitClock,
        };
        var status = await CliApp.RunAsync(args, environment, cancellationToken);

        // This must hold for every run of every test.
        (Out + Error).ShouldNotContain(Token);
        (Out + Error).ShouldNotContain(ScriptedApi.Signature);
        return status;
    }

    /// <summary>A file with the first bytes of a JPEG.</summary>
    public string Photo(string name = "photo.jpg", int length = 5000)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        new byte[] { 0xFF, 0xD8, 0xFF, 0xE0 }.CopyTo(bytes, 0);
        return File(name, bytes);
    }

    public string File(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    public string ConfigFile(string json, string folder = ".config/pipeline")
    {
        Directory.CreateDirectory(Path.Combine(Folder, folder));
        var path = File(Path.Combine(folder, "config.json"), System.Text.Encoding.UTF8.GetBytes(json));
        System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
