using Pipeline.TestKit;

namespace Pipeline.Corpus;

/// <summary>The built programs of a run, and their memory in total.</summary>
internal sealed class CorpusServer : IAsyncDisposable
{
    private readonly IReadOnlyList<ServerProcess> _processes;
    private readonly List<ProcessTree> _trees;
    private readonly CancellationTokenSource _stopWatching = new();
    private readonly Task _watching;

    /// <param name="processes">The first is the API.</param>
    /// <param name="token">Makes a token.</param>
    private CorpusServer(IReadOnlyList<ServerProcess> processes, Func<string> token)
    {
        (_processes, Token) = (processes, token);
        _trees = [.. processes.Select(process => new ProcessTree(process.Id, TimeProvider.System))];
        _watching = Task.WhenAll(_trees.Select(tree => tree.WatchAsync(_stopWatching.Token)));
    }

    public Uri Address => _processes[0].Address;

    public Func<string> Token { get; }

    public long PeakBytes => _trees.Sum(tree => tree.PeakBytes);

    /// <summary>The end of their log.</summary>
    public string LastWords => string.Join('\n', _processes.SelectMany(process => process.Log.Split('\n').TakeLast(30)));

    /// <summary>The embedded server with its own data folder.</summary>
    public static async Task<CorpusServer> StartAsync(Arguments arguments, string folder)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Uploads__RateLimit__PerMinute"] = "100000",
            ["RateLimits__ConfirmPerMinute"] = "100000",
            ["RateLimits__ReprocessPerMinute"] = "100000",
            ["RateLimits__FocalPointPerMinute"] = "100000",
            ["RateLimits__DeletePerMinute"] = "100000",
            ["Scanner__Kind"] = "clamd",
            ["Processor__Clamd__Address"] = arguments.Clamd,
        };
        var server = await ServerProcess.StartAsync(arguments.AllInOne ?? Built("AllInOne"), folder, settings);
        var secret = (await File.ReadAllTextAsync(Path.Combine(folder, "data", "jwt-secret"))).Trim();
        return new CorpusServer([server], () => AppToken.For("corpus", secret));
    }

    /// <summary>The two hosts on the real servers.</summary>
    public static async Task<CorpusServer> StartProductionAsync(Arguments arguments, string folder)
    {
        var secret = Guid.NewGuid().ToString("N");
        var settings = ProductionSettings.Of(secret, Path.Combine(folder, "work"));
        settings["Uploads__RateLimit__PerMinute"] = "100000";
        settings["RateLimits__ConfirmPerMinute"] = "100000";
        settings["RateLimits__ReprocessPerMinute"] = "100000";
        settings["RateLimits__FocalPointPerMinute"] = "100000";
        settings["RateLimits__DeletePerMinute"] = "100000";
        settings["Processor__Clamd__Address"] = arguments.Clamd;
        settings["Storage__S3__PublicUrl"] = await PublicBucket.OpenAsync();
        var api = await ServerProcess.StartAsync(Built("UploadApi"), folder, settings);
        return new CorpusServer([api, await ServerProcess.StartAsync(Built("Processor"), folder, settings)], () => AppToken.For("corpus", secret));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.StopAsync();
        await _stopWatching.CancelAsync();
        await _watching;
        _stopWatching.Dispose();
        foreach (var process in _processes) await process.DisposeAsync();
    }

    private static string Built(string project)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (!File.Exists(Path.Combine(folder, "Pipeline.sln"))) continue;
            var dll = Path.Combine(folder, $"src/{project}/bin/Release/net10.0/Pipeline.{project}.dll");
            return File.Exists(dll) ? dll : throw new CorpusException($"There is no {dll}; build it: dotnet build -c Release src/{project}");
        }

        throw new CorpusException("This program does not stand in the repository: say --all-in-one DLL or --server URL.");
    }
}
