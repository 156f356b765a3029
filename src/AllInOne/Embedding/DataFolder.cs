using Microsoft.Extensions.Configuration.Memory;

namespace Pipeline.AllInOne.Embedding;

/// <summary>
/// One folder holds all that the embedded mode keeps: <c>Data:Folder</c>, default <c>./data</c>. Everything else follows from it and from
/// <c>PORT</c> (4000) and <c>HOST</c> (localhost), unless it is configured by itself.
/// </summary>
internal static class DataFolder
{
    public static string UseDataFolder(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var folder = Directory.CreateDirectory(configuration["Data:Folder"] ?? "data").FullName;
        var port = configuration["PORT"] ?? "4000";
        var address = $"http://localhost:{port}";

        // The framework's own request log holds whole URLs, and those of the disk store are signed.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.WebHost.UseUrls($"http://{configuration["HOST"] ?? "localhost"}:{port}");

        // First in line, so that whatever a user configures wins.
        configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Api:PublicUrl"] = address,
                ["Storage:Disk:BaseUrl"] = address,
                ["Storage:Disk:Root"] = Path.Combine(folder, "objects"),
                ["Processor:Work:Folder"] = Path.Combine(folder, "work"),
                ["Processor:Clamd:LargestFile"] = configuration["Uploads:MaxBytes"],
                ["JWT_SECRET"] = SecretFile.ReadOrMake(Path.Combine(folder, "jwt-secret")),
            },
        });
        return folder;
    }
}
