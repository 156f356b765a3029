using Pipeline.Storage;

namespace Pipeline.EndToEnd.Harness;

/// <summary>A server with its own folder, and its users.</summary>
public sealed class Server : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _settings;
    private readonly StringBuilder _earlierLogs = new();
    private ServerProcess? _process;

    private Server(Dictionary<string, string> settings) => _settings = settings;

    public Uri Address => Process.Address;

    public int Id => Process.Id;

    public string Log => _earlierLogs + Process.Log;

    public string DataFolder => _settings.GetValueOrDefault("Data__Folder") ?? _folder["data"];

    private ServerProcess Process => _process ?? throw new InvalidOperationException("The server is not running.");

    /// <summary>Starts a server that scans with the clamd of <c>./services.sh</c>, unless the settings override this.</summary>
    public static async Task<Server> StartAsync(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Processor__Clamd__Address"] = Environment.GetEnvironmentVariable("PIPELINE_CLAMD") ?? "tcp://127.0.0.1:3311",
            ["Scanner__Kind"] = "clamd",
            ["Uploads__RateLimit__PerMinute"] = "10000",
            ["RateLimits__ConfirmPerMinute"] = "10000",
            ["RateLimits__ReprocessPerMinute"] = "10000",
            ["RateLimits__RefusedVerbPerMinute"] = "10000",
            ["RateLimits__FocalPointPerMinute"] = "10000",
            ["RateLimits__DeletePerMinute"] = "10000",
            ["RateLimits__TicketPerMinute"] = "10000",
            ["RateLimits__WebhookChangePerMinute"] = "10000",
            ["RateLimits__WebhookTestPerMinute"] = "10000",
            ["RateLimits__WebhookReplayPerMinute"] = "10000",
            ["RateLimits__SignAgainPerMinute"] = "10000",
            ["RateLimits__KeepPerMinute"] = "10000",
            ["RateLimits__PartsPerMinute"] = "10000",
            ["RateLimits__DownloadUrlPerMinute"] = "10000",
            ["RateLimits__VisibilityPerMinute"] = "10000",
            ["Metrics__Port"] = "0", // many servers run at once
        };
        foreach (var (name, value) in settings) all[name] = value;
        var server = new Server(all);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Restarts on the same folder and port, with these settings changed.</summary>
    public async Task StartAgainAsync(params (string Name, string Value)[] settings)
    {
        foreach (var (name, value) in settings) _settings[name] = value;
        _process = await ServerProcess.StartAsync(
            Path.Combine(AppContext.BaseDirectory, "Pipeline.AllInOne.dll"), _folder.Path, _settings, _process?.Address.Port);
    }

    public async Task KillAsync()
    {
        await Process.KillAsync();
        _earlierLogs.Append(Process.Log);
    }

    public async Task<int> StopAsync()
    {
        var code = await Process.StopAsync();
        _earlierLogs.Append(Process.Log);
        return code;
    }

    /// <summary>A user with a token for this server.</summary>
    public async Task<Person> PersonAsync(string userId = "alice", string? role = null)
    {
        var secret = _settings.GetValueOrDefault("JWT_SECRET") ?? (await File.ReadAllTextAsync(Path.Combine(DataFolder, "jwt-secret"))).Trim();
        var token = AppToken.For(userId, secret, role);
        var http = new HttpClient { BaseAddress = Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new Person(http, token);
    }

    /// <summary>The published files on disk, by key.</summary>
    public IReadOnlyList<string> Published(Guid assetId)
    {
        var folder = Path.Combine(DataFolder, "objects", ObjectKey.VariantsOf(assetId));
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*~meta", SearchOption.AllDirectories)] : [];
    }

    /// <summary>All files of the asset on disk, in every folder, but for the mark that it was erased.</summary>
    public IReadOnlyList<string> Objects(Guid assetId, string key) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(DataFolder, "objects"), "*~*", SearchOption.AllDirectories)
            .Where(f => !f.Contains(ObjectKey.ErasedMarks, StringComparison.Ordinal))
            .Where(f => f.Contains(assetId.ToString(), StringComparison.Ordinal)
                || f.Contains(Path.GetFileNameWithoutExtension(key), StringComparison.Ordinal)),
    ];

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }
}
