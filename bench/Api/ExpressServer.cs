using System.Security.Cryptography;
using Pipeline.TestKit;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace Pipeline.Bench.Api;

/// <summary>The peer: the usual way to issue presigned URLs, which stores nothing.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ExpressServer : IServer
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private ExpressServer(Process process, Uri address, string secret) =>
        (_process, Address, Tokens) = (process, address, [.. Enumerable.Range(0, 2_000).Select(i => AppToken.For($"bench-{i}", secret))]);

    public Uri Address { get; }

    public int ProcessId => _process.Id;

    public IReadOnlyList<string> Tokens { get; }

    /// <param name="folder">The peer with its packages.</param>
    public static async Task<ExpressServer> StartAsync(string folder)
    {
        var (port, secret) = (FreePort.Take(), Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        var start = new ProcessStartInfo(Cores.Server[0], [.. Cores.Server.Skip(1), "node", "server.js"]) { WorkingDirectory = folder };
        foreach (var (name, value) in new[]
                 {
                     ("NODE_ENV", "production"), ("PORT", port.ToString(CultureInfo.InvariantCulture)), ("JWT_SECRET", secret), ("S3_URL", ProductionSettings.S3), ("S3_BUCKET", ProductionSettings.Bucket),
                     ("S3_ACCESS_KEY", ProductionSettings.AccessKey), ("S3_SECRET_KEY", ProductionSettings.SecretKey),
                 })
            start.Environment[name] = value;
        var server = new ExpressServer(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}"), secret);
        try
        {
            using var http = new HttpClient { BaseAddress = server.Address };
            await Eventually.True(() => AnswersAsync(http), "the peer starts", StartLimit);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public Task<double?> DatabaseCpuAsync() => Task.FromResult<double?>(null);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
