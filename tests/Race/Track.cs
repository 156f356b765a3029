using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.Storage.S3;
using Pipeline.TestKit;

namespace Pipeline.Race;

/// <summary>The servers of a race, and direct access to their store.</summary>
internal sealed class Track : IAsyncDisposable
{
    private readonly IReadOnlyList<ServerProcess> _processes;
    private readonly ServiceProvider _storage;
    private readonly string _secret;

    private Track(IReadOnlyList<ServerProcess> processes, ServiceProvider storage, string secret)
    {
        (_processes, _storage, _secret) = (processes, storage, secret);
        Areas = storage.GetRequiredService<StorageAreas>();
    }

    public Uri Address => _processes[0].Address;

    public StorageAreas Areas { get; }

    /// <summary>The end of their log.</summary>
    public string LastWords => string.Join('\n', _processes.SelectMany(process => process.Log.Split('\n').TakeLast(20)));

    /// <summary>The embedded server with its own folder, and the clamd of <c>./services.sh</c>.</summary>
    public static async Task<Track> EmbeddedAsync(string folder)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Uploads__RateLimit__PerMinute"] = "1000000",
            ["RateLimits__ConfirmPerMinute"] = "1000000",
            ["RateLimits__ReprocessPerMinute"] = "1000000",
            ["RateLimits__FocalPointPerMinute"] = "1000000",
            ["RateLimits__DeletePerMinute"] = "1000000",
            ["Scanner__Kind"] = "clamd",
            ["Processor__Clamd__Address"] = Environment.GetEnvironmentVariable("PIPELINE_CLAMD") ?? "tcp://127.0.0.1:3311",
        };
        var server = await ServerProcess.StartAsync(Program("AllInOne"), folder, settings);
        var data = Path.Combine(folder, "data");
        var storage = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Storage:Disk:Root"] = Path.Combine(data, "objects"),
            ["Storage:Disk:BaseUrl"] = server.Address.AbsoluteUri,
        };
        var services = new ServiceCollection().AddDiskStorage(new ConfigurationBuilder().AddInMemoryCollection(storage).Build());
        return new Track([server], services.BuildServiceProvider(), (await File.ReadAllTextAsync(Path.Combine(data, "jwt-secret"))).Trim());
    }

    /// <summary>Both hosts on the servers of <c>./services.sh</c>.</summary>
    public static async Task<Track> ProductionAsync(string folder)
    {
        var secret = Guid.NewGuid().ToString("N");
        var settings = ProductionSettings.Of(secret, Path.Combine(folder, "work"));
        settings["Uploads__RateLimit__PerMinute"] = "1000000";
        settings["RateLimits__ConfirmPerMinute"] = "1000000";
        settings["RateLimits__ReprocessPerMinute"] = "1000000";
        settings["RateLimits__FocalPointPerMinute"] = "1000000";
        settings["RateLimits__DeletePerMinute"] = "1000000";
        var api = await ServerProcess.StartAsync(Program("UploadApi"), folder, settings);
        var worker = await ServerProcess.StartAsync(Program("Processor"), folder, settings);
        var storage = settings.Where(s => s.Key.StartsWith("Storage__", StringComparison.Ordinal))
            .Select(s => KeyValuePair.Create(s.Key.Replace("__", ":", StringComparison.Ordinal), (string?)s.Value));
        var services = new ServiceCollection().AddS3Storage(new ConfigurationBuilder().AddInMemoryCollection(storage).Build());
        return new Track([api, worker], services.BuildServiceProvider(), secret);
    }

    /// <summary>A new token each time, since a run may outlast one.</summary>
    public string Token() => AppToken.For("racer", _secret);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        await _storage.DisposeAsync();
    }

    private static string Program(string name) => Path.Combine(AppContext.BaseDirectory, $"Pipeline.{name}.dll");
}
