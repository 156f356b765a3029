using Pipeline.TestKit;

namespace Pipeline.Bench.Load;

/// <summary>The embedded server with its own data folder; it scans with the clamd of <c>./services.sh</c>.</summary>
internal sealed class EmbeddedServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private ServerProcess? _server;
    private string _secret = "";

    public static async Task<EmbeddedServer> StartAsync()
    {
        var embedded = new EmbeddedServer();
        try
        {
            var settings = ProductionSettings.Of("", "").Where(setting => setting.Key.Contains("PerMinute", StringComparison.Ordinal) || setting.Key.Contains("Clamd", StringComparison.Ordinal))
                .Append(new("Scanner__Kind", "clamd")).ToDictionary(StringComparer.Ordinal);
            embedded._server = await ServerProcess.StartAsync(Path.Combine(AppContext.BaseDirectory, "Pipeline.AllInOne.dll"), embedded._folder.Path, settings);
            embedded._secret = (await File.ReadAllTextAsync(embedded._folder["data/jwt-secret"])).Trim();
            return embedded;
        }
        catch
        {
            await embedded.DisposeAsync();
            throw;
        }
    }

    /// <summary>A new user of it.</summary>
    public LoadUser NewUser() => new(_server!.Address, AppToken.For($"load-{Guid.NewGuid():N}", _secret));

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }
}
