using System.Runtime.Versioning;
using System.Security.Cryptography;
using Pipeline.Bench.Load;
using Pipeline.TestKit;

namespace Pipeline.Bench.Api;

/// <summary>The API on the real servers, with its own database. Its limits count, and let the load pass.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ApiServer : IServer
{
    // Below the limit of pending uploads of each, and still fewer than an instance knows tokens of.
    private const int Users = 2_000;

    private readonly TempFolder _folder;
    private readonly ServerProcess _process;

    private ApiServer(TempFolder folder, ScratchDatabase database, ServerProcess process, string secret)
    {
        (_folder, Database, _process) = (folder, database, process);
        Tokens = [.. Enumerable.Range(0, Users).Select(i => AppToken.For($"bench-{i}", secret))];
    }

    public Uri Address => _process.Address;

    public int ProcessId => _process.Id;

    public IReadOnlyList<string> Tokens { get; }

    public ScratchDatabase Database { get; }

    /// <param name="program">The published API; null for that of the build.</param>
    public static async Task<ApiServer> StartAsync(string? program)
    {
        var folder = new TempFolder();
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var settings = ProductionSettings.Of(secret, folder["work"]);
        var database = await ScratchDatabase.CreateAsync(settings["ConnectionStrings__Assets"]);
        settings["ConnectionStrings__Assets"] = database.Connection;
        settings["Uploads__PendingPerOwner"] = settings["Uploads__RateLimit__PerMinute"] = settings["RateLimits__ConfirmPerMinute"] = "1000000";
        settings["Uploads__PendingBytesPerOwner"] = settings["Limits__User__BytesStored"] = (1L << 50).ToString(System.Globalization.CultureInfo.InvariantCulture);
        settings["Limits__User__FilesPerDay"] = "1000000000";
        settings["Dispatch__InWorkPerOwner"] = "100000"; // no worker takes the requests
        settings.Remove("Dispatch__SweepSeconds"); // as in production
        try
        {
            var process = await ServerProcess.StartAsync(program ?? Path.Combine(AppContext.BaseDirectory, "Pipeline.UploadApi.dll"), folder.Path, settings, port: null, [.. Cores.Server]);
            return new ApiServer(folder, database, process, secret);
        }
        catch
        {
            await database.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    public async Task<double?> DatabaseCpuAsync()
    {
        var sessions = await Cores.PinAsync(Database);
        return sessions.Count == 0 ? null : sessions.Sum(pid => ProcessUsage.Of(pid).CpuSeconds);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await Database.DisposeAsync();
        _folder.Dispose();
    }
}
