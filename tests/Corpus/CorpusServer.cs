using Pipeline.TestKit;

namespace Pipeline.Corpus;

/// <summary>The built embedded server with a data folder of its own, and how much memory it took.</summary>
internal sealed class CorpusServer : IAsyncDisposable
{
    private const string Built = "src/AllInOne/bin/Release/net10.0/Pipeline.AllInOne.dll";

    private readonly ServerProcess _process;
    private readonly ProcessTree _tree;
    private readonly CancellationTokenSource _stopWatching = new();
    private readonly Task _watching;

    private CorpusServer(ServerProcess process)
    {
        _process = process;
        _tree = new ProcessTree(process.Id, TimeProvider.System);
        _watching = _tree.WatchAsync(_stopWatching.Token);
    }

    public Uri Address => _process.Address;

    public long PeakBytes => _tree.PeakBytes;

    /// <summary>The end of what it has logged.</summary>
    public string LastWords => string.Join('\n', _process.Log.Split('\n').TakeLast(30));

    public static async Task<CorpusServer> StartAsync(Arguments arguments, string folder)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Uploads__RateLimit__PerMinute"] = "100000",
            ["Scanner__Kind"] = "clamd",
            ["Processor__Clamd__Address"] = arguments.Clamd,
        };
        return new CorpusServer(await ServerProcess.StartAsync(arguments.AllInOne ?? FindBuilt(), folder, settings));
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync();
        await _stopWatching.CancelAsync();
        await _watching;
        _stopWatching.Dispose();
        await _process.DisposeAsync();
    }

    private static string FindBuilt()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Pipeline.sln")) && Path.Combine(folder, Built) is var dll)
                return File.Exists(dll) ? dll : throw new CorpusException($"There is no {dll}; build it: dotnet build -c Release src/AllInOne");
        throw new CorpusException("This program does not stand in the repository: say --all-in-one DLL or --server URL.");
    }
}
