using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Pipeline.TestKit;

namespace Pipeline.Chaos;

/// <summary>The data folder of an embedded server, and photos in it.</summary>
internal sealed class Library : IDisposable
{
    private const string User = "chaos";
    private readonly TempFolder _folder = new();

    public string Database => _folder["data/assets.db"];

    /// <summary>The hash of each object, by its path.</summary>
    public Dictionary<string, string> Objects => Directory.EnumerateFiles(_folder["data/objects"], "*", SearchOption.AllDirectories)
        .ToDictionary(path => path, path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))), StringComparer.Ordinal);

    public Task<ServerProcess> StartAsync() => ServerProcess.StartAsync(
        Path.Combine(AppContext.BaseDirectory, "Pipeline.AllInOne.dll"), _folder.Path,
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Scanner__Kind"] = "development",
            ["Metrics__Port"] = "0",
            ["Uploads__RateLimit__PerMinute"] = "10000",
            ["RateLimits__ConfirmPerMinute"] = "10000",
        });

    public async Task<Client> ClientAsync(ServerProcess server)
    {
        var secret = (await File.ReadAllTextAsync(_folder["data/jwt-secret"])).Trim();
        var http = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(100) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AppToken.For(User, secret));
        return new Client(http);
    }

    /// <summary>Waits until the assets are ready and nothing in the store is left to do for them.</summary>
    public async Task ReadyAsync(Client client, IReadOnlyCollection<Guid> assets, CancellationToken cancellationToken)
    {
        foreach (var id in assets)
            await World.Slowly(async () => await client.StatusAsync(id, cancellationToken) == "ready", $"{id} is ready", TimeSpan.FromMinutes(2));
        await MakeDueAsync(cancellationToken);
        foreach (var id in assets)
            await World.Slowly(() => Task.FromResult(IsSettled(id)), $"{id} has its variants and its manifest, and no upload any more", TimeSpan.FromMinutes(2));
    }

    // After a fault, manifests and cleanups are tried again only minutes later.
    private async Task MakeDueAsync(CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection($"Data Source={Database};Pooling=False;Default Timeout=60");
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE assets SET ManifestAt = 1 WHERE ManifestAt IS NOT NULL; UPDATE assets SET TidyAt = 1 WHERE TidyAt IS NOT NULL";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // The store puts a version into the name of each file: manifest~0123456789abcdef.json. The name of an upload says nothing of its asset.
    private bool IsSettled(Guid id)
    {
        var all = Directory.EnumerateFiles(_folder["data/objects"], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_folder["data/objects"], path))
            .Where(key => !key.EndsWith("~meta", StringComparison.Ordinal))
            .ToList();
        var keys = all.FindAll(key => key.Contains($"{id}", StringComparison.Ordinal));
        return keys.Count(key => key.StartsWith("assets/", StringComparison.Ordinal)) == Photo.Variants
            && keys.Count(key => key.Contains("/manifest~", StringComparison.Ordinal)) == 1
            && !all.Exists(key => key.StartsWith($"uploads/{User}/", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();
}
