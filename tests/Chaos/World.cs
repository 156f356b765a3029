using System.Net.Http.Headers;
using System.Security.Cryptography;
using Pipeline.TestKit;

namespace Pipeline.Chaos;

/// <summary>The two hosts on the real servers, with their own database and bucket.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<ServerProcess> _workers = [];
    private readonly List<ServerProcess> _apis = [];
    private readonly string _secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private World(Database database, Bucket bucket) => (Database, Bucket) = (database, bucket);

    public Database Database { get; }

    public Bucket Bucket { get; }

    /// <summary>The workers that have not been killed.</summary>
    public IReadOnlyList<ServerProcess> Workers => _workers;

    /// <summary>Delays short enough for a run; all other settings have their defaults.</summary>
    public static (string Name, string Value)[] WithTimeouts { get; } =
    [
        ("Dispatch__RetryMinSeconds", "1"), ("Dispatch__RetryMaxSeconds", "3"), ("Dispatch__MaxAttempts", "100"),
    ];

    /// <summary>All uploads have one owner, whose share is one less than a worker's concurrency. For an API that gives a worker as much work as it can process.</summary>
    public static (string Name, string Value) WholeShare => ("Dispatch__InWorkPerOwner", "100");

    /// <inheritdoc cref="Pipeline.Chaos.Database.CreateAsync" />
    public static async Task<World> CreateAsync(string? server = null)
    {
        await Queues.PurgeAsync();
        var name = $"chaos_{Guid.NewGuid():N}";
        var database = await Database.CreateAsync(name, server);
        return new World(database, await Bucket.CreateAsync(name.Replace('_', '-')));
    }

    public Task<ServerProcess> StartApiAsync(params (string Name, string Value)[] settings) => StartAsync("Pipeline.UploadApi.dll", settings, _apis);

    public Task<ServerProcess> StartWorkerAsync(params (string Name, string Value)[] settings) => StartAsync("Pipeline.Processor.dll", settings, _workers);

    /// <param name="under">A program that executes the host and observes it.</param>
    public Task<ServerProcess> StartApiUnderAsync(IReadOnlyList<string> under) => StartAsync("Pipeline.UploadApi.dll", [], _apis, under);

    /// <inheritdoc cref="StartApiUnderAsync" />
    public Task<ServerProcess> StartWorkerUnderAsync(IReadOnlyList<string> under) => StartAsync("Pipeline.Processor.dll", [], _workers, under);

    /// <summary>SIGKILL: it cannot report anything.</summary>
    public async Task KillWorkerAsync(ServerProcess worker)
    {
        _workers.Remove(worker);
        await worker.DisposeAsync();
    }

    /// <summary>An API of another build, in this folder.</summary>
    public Task<ServerProcess> StartApiOfAsync(string folder, params (string Name, string Value)[] settings) => StartAsync(Path.Combine(folder, "Pipeline.UploadApi.dll"), settings, _apis);

    /// <inheritdoc cref="StartApiOfAsync" />
    public Task<ServerProcess> StartWorkerOfAsync(string folder, params (string Name, string Value)[] settings) => StartAsync(Path.Combine(folder, "Pipeline.Processor.dll"), settings, _workers);

    /// <summary>SIGTERM, and waits for the end.</summary>
    public async Task StopAsync(ServerProcess host)
    {
        await host.StopAsync();
        _apis.Remove(host);
        _workers.Remove(host);
        await host.DisposeAsync();
    }

    /// <inheritdoc cref="KillWorkerAsync" />
    public async Task KillApiAsync()
    {
        var api = _apis[0];
        _apis.RemoveAt(0);
        await api.DisposeAsync();
    }

    /// <summary>A user whose client retries.</summary>
    /// <param name="api">Index of the API to use, in the order of their starts.</param>
    public Client Client(int api = 0) => new(Http(api, role: null));

    /// <summary>An operator, who uses the API that has run longest.</summary>
    public Operator Operator() => new(Http(api: 0, role: "operator"));

    /// <summary>SIGTERM: it takes its announcements back.</summary>
    public async Task StopWorkersAsync()
    {
        foreach (var worker in _workers) await worker.StopAsync();
        foreach (var worker in _workers) await worker.DisposeAsync();
        _workers.Clear();
    }

    /// <summary>A user whose requests take another way to the APIs.</summary>
    public Client Client(Uri address, HttpMessageHandler way)
    {
        var http = new HttpClient(way, disposeHandler: false) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(100) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AppToken.For("chaos", _secret));
        return new Client(http);
    }

    /// <summary>A token of somebody with this role.</summary>
    public string TokenOf(string user, string role) => AppToken.For(user, _secret, role);

    /// <summary>Waits until no work is left.</summary>
    /// <param name="but">A condition for rows that need not be finished.</param>
    public async Task DoneAsync(string because, TimeSpan limit, CancellationToken cancellationToken, string but = "false")
    {
        var undone = $"({Row.Undone}) AND NOT ({but})";
        try
        {
            await Slowly(async () => await Database.CountAsync(undone, cancellationToken) == 0, $"{because}: all assets are at their end", limit);
        }
        catch (TimeoutException e)
        {
            throw new ChaosException($"{e.Message}; {await Database.CountAsync(undone, cancellationToken)} are not, such as {await Database.SampleAsync(undone, cancellationToken)}");
        }
    }

    /// <summary>Polls rarely, so that polling adds little load.</summary>
    public static Task Slowly(Func<Task<bool>> condition, string because, TimeSpan limit) => Eventually.True(
        async () =>
        {
            if (await condition()) return true;
            await Task.Delay(TimeSpan.FromSeconds(0.25));
            return false;
        },
        because,
        limit);

    /// <summary>Runs the audit after all work is finished.</summary>
    public async Task<string> AuditAsync(IReadOnlyCollection<Guid> confirmed, CancellationToken cancellationToken) =>
        await new Audit(this, cancellationToken).RunAsync(confirmed);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _apis.Concat(_workers)) await process.DisposeAsync();
        await Bucket.DisposeAsync();
        await Database.DisposeAsync();
        _folder.Dispose();
    }

    private HttpClient Http(int api, string? role)
    {
        var http = new HttpClient { BaseAddress = _apis[api].Address, Timeout = TimeSpan.FromSeconds(100) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AppToken.For("chaos", _secret, role));
        return http;
    }

    private async Task<ServerProcess> StartAsync(
        string program, (string Name, string Value)[] settings, List<ServerProcess> among, params IReadOnlyList<string> under)
    {
        var all = ProductionSettings.Of(_secret, _folder["work"]);
        foreach (var (name, value) in settings.Prepend(Bucket.Setting).Prepend(Database.Setting)) all[name] = value;
        var process = await ServerProcess.StartAsync(Path.Combine(AppContext.BaseDirectory, program), _folder.Path, all, port: null, under);
        among.Add(process);
        return process;
    }
}
