using System.Security.Cryptography;
using Pipeline.Contracts;
using Pipeline.TestKit;
using RabbitMQ.Client;

namespace Pipeline.Bench.Load;

/// <summary>The API and some Processors as in production, on the servers of <c>./services.sh</c> with their own database.</summary>
internal sealed class Rig : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(30);

    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _settings;
    private readonly string _secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly List<ServerProcess> _processors = [];
    private readonly List<Uri> _metrics = [];
    private ServerProcess? _api;

    private Rig(ScratchDatabase database, bool shares)
    {
        Database = database;
        _settings = ProductionSettings.Of(_secret, _folder["work"]);
        _settings["ConnectionStrings__Assets"] = database.Connection;
        if (!shares) _settings["Dispatch__InWorkPerOwner"] = "100000"; // one user represents many
        _settings["Uploads__RateLimit__PerMinute"] = "1000000";
        _settings["RateLimits__ConfirmPerMinute"] = "1000000";
        _settings["RateLimits__ReprocessPerMinute"] = "1000000";
        _settings["RateLimits__FocalPointPerMinute"] = "1000000";
        _settings["RateLimits__DeletePerMinute"] = "1000000";
        _settings["Webhooks__AllowNetworks__0"] = "127.0.0.0/8"; // the receivers of the run
        _settings.Remove("Dispatch__SweepSeconds"); // as in production
    }

    public ScratchDatabase Database { get; }

    public int ApiProcess => _api!.Id;

    public IReadOnlyList<int> ProcessorProcesses => [.. _processors.Select(processor => processor.Id)];

    /// <param name="processors">Number of Processors to start.</param>
    /// <param name="shares">Each user has a share of the workers, as in production.</param>
    /// <param name="settings">More settings of the hosts.</param>
    public static async Task<Rig> StartAsync(int processors, bool shares = false, params IReadOnlyList<(string Name, string Value)> settings)
    {
        var rig = new Rig(await ScratchDatabase.CreateAsync(ProductionSettings.Of("", "")["ConnectionStrings__Assets"]), shares);
        foreach (var (name, value) in settings) rig._settings[name] = value;
        try
        {
            rig._api = await rig.StartHostAsync("Pipeline.UploadApi.dll");

            // Messages of an earlier run do not belong to this one.
            await rig.PurgeAsync(QueueNames.Uploads, QueueNames.Reprocess, QueueNames.Outcomes);
            for (var i = 0; i < processors; i++) await rig.AddProcessorAsync();
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    public async Task AddProcessorAsync() => _processors.Add(await StartHostAsync("Pipeline.Processor.dll"));

    private async Task<ServerProcess> StartHostAsync(string dll)
    {
        var port = FreePort.Take();
        _settings["Metrics__Port"] = $"{port}";
        _metrics.Add(new Uri($"http://localhost:{port}/metrics"));
        return await ServerProcess.StartAsync(Path.Combine(AppContext.BaseDirectory, dll), _folder.Path, _settings);
    }

    public async Task StopProcessorsAsync()
    {
        foreach (var processor in _processors)
        {
            await processor.StopAsync();
            await processor.DisposeAsync();
        }

        _processors.Clear();
    }

    public Uri ApiAddress => _api!.Address;

    /// <summary>Where the hosts serve their metrics: first the API, then the Processors.</summary>
    public IReadOnlyList<Uri> Metrics => _metrics;

    /// <summary>A new user of the API.</summary>
    public LoadUser NewUser() => NewUser($"load-{Guid.NewGuid():N}");

    /// <summary>The same with this id.</summary>
    public LoadUser NewUser(string id) => new(_api!.Address, TokenOf(id));

    public string TokenOf(string userId) => AppToken.For(userId, _secret);

    /// <summary>Queries the table, since requests to the API would add load.</summary>
    public Task<long> CountAsync(string where, params (string Name, object Value)[] values) =>
        Database.ReadAsync<long>($"SELECT count(*) FROM assets WHERE {where}", values);

    public async Task WaitAsync(string what, string untilNone, params (string Name, object Value)[] values) =>
        await Eventually.True(async () => await CountAsync(untilNone, values) == 0, what, Timeout);

    /// <summary>No request waits for workers any more.</summary>
    public async Task ForgetAsync()
    {
        await PurgeAsync(QueueNames.Uploads, QueueNames.Reprocess);
        await Database.RunAsync(
            """
            UPDATE assets SET "Status" = CASE WHEN "IsAwaited" THEN 'Expired' ELSE "Status" END, "Work" = 'Idle', "IsAwaited" = FALSE,
                "DispatchAt" = NULL, "LastHeardAt" = NULL, "Version" = "Version" + 1
            WHERE "Work" <> 'Idle'
            """);
    }

    /// <exception cref="BenchException">An asset did not become ready.</exception>
    public async Task CheckAsync()
    {
        var lost = await CountAsync("\"Status\" IN ('Failed', 'Rejected') OR \"FailureCode\" IS NOT NULL");
        if (lost > 0) throw new BenchException($"{lost} assets did not become ready. Give photos that can be processed.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var processor in _processors) await processor.DisposeAsync();
        if (_api is not null)
        {
            await PurgeAsync(QueueNames.Uploads, QueueNames.Reprocess, QueueNames.Outcomes);
            await _api.DisposeAsync();
        }

        await Database.DisposeAsync();
        _folder.Dispose();
    }

    private async Task PurgeAsync(params string[] queues)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(_settings["RabbitMq__Uri"]) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in queues) await channel.QueuePurgeAsync(queue);
    }
}

/// <summary>Ends the benchmark with one line.</summary>
internal sealed class BenchException(string message) : Exception(message);
