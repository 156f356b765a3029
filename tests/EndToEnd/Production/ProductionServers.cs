using System.Security.Cryptography;

namespace Pipeline.EndToEnd.Production;

/// <summary>
/// The production set-up on this machine: API and worker processes on the PostgreSQL, RabbitMQ, S3 and clamd of <c>./services.sh</c>. They share
/// their own database and virtual host, so tests may run in parallel.
/// </summary>
public sealed class ProductionServers : IAsyncLifetime, IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<ServerProcess> _apis = [];
    private readonly List<ServerProcess> _workers = [];
    private readonly string _secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private OwnDatabase? _database;
    private OwnVirtualHost? _broker;

    public OwnDatabase Database => _database ?? throw new InvalidOperationException("Not made.");

    public OwnVirtualHost Broker => _broker ?? throw new InvalidOperationException("Not made.");

    /// <summary>Address of the first API.</summary>
    public Uri Address => _apis[0].Address;

    /// <summary>Secret of the tokens.</summary>
    public string Secret => _secret;

    /// <summary>The log of all running servers.</summary>
    public string Log => string.Concat(_apis.Concat(_workers).Select(process => process.Log));

    /// <summary>Created, with no server started yet.</summary>
    public static async Task<ProductionServers> MakeAsync()
    {
        var servers = new ProductionServers();
        await servers.MakeServicesAsync();
        return servers;
    }

    public async Task InitializeAsync()
    {
        await MakeServicesAsync();
        await StartAsync(api: [], worker: []);
    }

    /// <summary>Starts an API and a worker at the same time.</summary>
    /// <param name="api">Settings of the API, which override the shared ones.</param>
    /// <param name="worker">Settings of the worker, which override the shared ones.</param>
    public async Task StartAsync((string Name, string Value)[] api, (string Name, string Value)[] worker) =>
        await Task.WhenAll(StartApiAsync(api), StartWorkerAsync(worker));

    /// <summary>Starts another API; the settings override the shared ones.</summary>
    public Task<ServerProcess> StartApiAsync(params (string Name, string Value)[] settings) => StartAsync("Pipeline.UploadApi.dll", [Broker.ApiSetting, .. settings], _apis);

    /// <summary>Starts an API that was killed again, at its address.</summary>
    public Task<ServerProcess> StartApiAgainAsync(ServerProcess killed, params (string Name, string Value)[] settings)
    {
        lock (_apis) _apis.Remove(killed);
        return StartAsync("Pipeline.UploadApi.dll", [Broker.ApiSetting, .. settings], _apis, killed.Address.Port);
    }

    /// <summary>
    /// Another API for the duration of a test. It stops cleanly at the end, so that the shared ones take over its
    /// sweeps at once.
    /// </summary>
    /// <inheritdoc cref="StartApiAsync" />
    public async Task<TemporaryApi> StartTemporaryApiAsync(params (string Name, string Value)[] settings) => new(this, await StartApiAsync(settings));

    /// <summary>Starts another worker.</summary>
    /// <inheritdoc cref="StartApiAsync" />
    public Task<ServerProcess> StartWorkerAsync(params (string Name, string Value)[] settings) => StartAsync("Pipeline.Processor.dll", [Broker.WorkerSetting, .. settings], _workers);

    /// <summary>A user with a token, at the first API or at another.</summary>
    public Person Person(string userId, ServerProcess? api = null)
    {
        var token = AppToken.For(userId, _secret);
        var http = new HttpClient { BaseAddress = (api ?? _apis[0]).Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new Person(http, token);
    }

    /// <summary>SIGKILL for a worker during its work.</summary>
    public async Task KillWorkerAsync()
    {
        await _workers[0].KillAsync();
        _workers.RemoveAt(0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _apis.Concat(_workers)) await process.DisposeAsync();
        if (_broker is not null) await _broker.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        _folder.Dispose();
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    private async Task StopApiAsync(ServerProcess api)
    {
        await api.StopAsync();
        lock (_apis) _apis.Remove(api);
        await api.DisposeAsync();
    }

    private async Task MakeServicesAsync()
    {
        _database = await OwnDatabase.MakeAsync();
        _broker = await OwnVirtualHost.MakeAsync();
    }

    private async Task<ServerProcess> StartAsync(string program, (string Name, string Value)[] settings, List<ServerProcess> among, int? port = null)
    {
        var all = ProductionSettings.Of(_secret, _folder["work"]);
        all["ConnectionStrings__Assets"] = Database.ConnectionString;
        foreach (var (name, value) in settings) all[name] = value;
        // An empty value removes the setting.
        foreach (var (name, _) in settings.Where(s => s.Value.Length == 0)) all.Remove(name);
        // For a test that must know the address before the start.
        if (all.Remove("PORT", out var chosen)) port = int.Parse(chosen);
        var process = await ServerProcess.StartAsync(Path.Combine(AppContext.BaseDirectory, program), _folder.Path, all, port);
        lock (among) among.Add(process);
        return process;
    }

    public sealed class TemporaryApi(ProductionServers servers, ServerProcess process) : IAsyncDisposable
    {
        public Uri Address => process.Address;

        /// <summary>A user with a token, at this API.</summary>
        public Person Person(string userId) => servers.Person(userId, process);

        /// <summary>A program of the operator, which has this secret in place of a user's token.</summary>
        public Person Sender(string secret)
        {
            var http = new HttpClient { BaseAddress = process.Address };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
            return new Person(http, secret);
        }

        public async ValueTask DisposeAsync() => await servers.StopApiAsync(process);
    }
}

[CollectionDefinition(Name)]
public sealed class ProductionServersTests : ICollectionFixture<ProductionServers>
{
    public const string Name = "production servers";
}
