using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Logging.Console;
using Pipeline.Hosting;

namespace Pipeline.AllInOne.Embedding;

/// <summary>
/// The folder with all data of the embedded mode: <c>Data:Folder</c>, default <c>./data</c>. All other settings derive from it and from
/// <c>PORT</c> (4000) and <c>HOST</c> (localhost), unless they are configured. Only one server may use it at a time, and only its user may
/// access it.
/// </summary>
internal sealed partial class DataFolder : IDisposable
{
    private const string Key = "Data:Folder";
    private const string LockName = "server.lock";
    private static readonly string[] Ours = ["assets.db", "jwt-secret", "token-key", "ballast", "objects", "work", "server.log", LockName];

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    /// <summary>Number of files and folders that other users could access until now.</summary>
    public int Tightened { get; private init; }

    /// <summary>Opens the folder, and creates it if it is missing.</summary>
    /// <param name="configured">The configured path; null for the default.</param>
    /// <exception cref="StartFaultException">The folder cannot be written, contains files of others, or another server uses it.</exception>
    public static DataFolder Open(string? configured)
    {
        PrivateFiles.MakeNewOnesPrivate();
        var existing = new DirectoryInfo(configured ?? "data");
        var others = configured is null || !existing.Exists ? [] : existing.EnumerateFileSystemInfos().Where(e => !IsOurs(e)).ToList();
        if (others.Count > 0 && !existing.EnumerateFileSystemInfos().Any(IsOurs))
            throw Fault(StartExit.Misconfigured, $"the folder {existing.FullName} holds other files, and this server would make it private: name a folder for this server alone");

        var path = WritableFolder.Ensure(Key, existing.FullName);
        var held = Hold(System.IO.Path.Combine(path, LockName)) ?? throw Fault(
            StartExit.Away, $"another server uses {path}: stop it, or give this server another folder");
        return new DataFolder(path, held) { Tightened = others.Count == 0 ? PrivateFiles.Tighten(existing) : TightenOurs(existing) };
    }

    public void Dispose() => _lock.Dispose();

    private static int TightenOurs(DirectoryInfo folder) => folder.EnumerateFileSystemInfos().Where(IsOurs).Sum(PrivateFiles.Tighten);

    private static bool IsOurs(FileSystemInfo entry) => entry.Name == "lost+found" || Ours.Any(name => entry.Name.StartsWith(name, StringComparison.Ordinal));

    // The operating system releases the lock however the process ends.
    private static FileStream? Hold(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static StartFaultException Fault(StartExit exit, string what) => new(exit, $"`{Key}`: {what}");

    [LoggerMessage(211, LogLevel.Warning, "{Folder} was readable by other users: {Count} files and folders in it are private now")]
    internal static partial void LogTightened(ILogger logger, string folder, int count);
}

/// <summary>Registers the data folder in the server.</summary>
internal static class DataFolderRegistration
{
    public static DataFolder UseDataFolder(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        configuration.AddSecretFiles();
        var port = ListeningPort.Read(configuration, otherwise: 4000);
        var folder = DataFolder.Open(configuration["Data:Folder"]);
        var address = $"http://localhost:{port}";
        builder.Services.AddSingleton(_ => folder);

        // The framework's request log contains whole URLs, and those of the disk store are signed.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.AddQuietStart();
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.FormatterName ??= ConsoleFormatterNames.Simple); // without a name its options are ignored
        builder.Services.Configure<SimpleConsoleFormatterOptions>(console => (console.TimestampFormat, console.UseUtcTimestamp) = ("yyyy-MM-ddTHH:mm:ss.fffZ ", true));
        builder.WebHost.UseUrls($"http://{configuration["HOST"] ?? "localhost"}:{port}");

        // First source, so that every configured setting overrides it.
        configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>(Keys(configuration, SecretFile.ReadOrMake(Path.Combine(folder.Path, "jwt-secret"))), StringComparer.Ordinal)
            {
                ["Api:PublicUrl"] = address,
                ["Storage:Disk:BaseUrl"] = address,
                ["Storage:Disk:Root"] = Path.Combine(folder.Path, "objects"),
                ["Processor:Work:Folder"] = Path.Combine(folder.Path, "work"),
                ["Processor:Clamd:LargestFile"] = configuration["Uploads:MaxBytes"],
            },
        });
        return folder;
    }

    // With an issuer of tokens there is no token secret that the other keys could be derived from.
    private static Dictionary<string, string?> Keys(ConfigurationManager configuration, string secret) => string.IsNullOrEmpty(configuration["Auth:Authority"])
        ? new() { ["JWT_SECRET"] = secret }
        : new[] { "Webhooks:EncryptionKey", "Manifests:SigningKey", "Uploads:Multipart:UrlKey" }.ToDictionary(
            key => key,
            string? (key) => Convert.ToBase64String(HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), outputLength: 32, info: Encoding.UTF8.GetBytes(key))));

    /// <summary>Keeps the folder locked while the server lives, and logs changed access rights.</summary>
    public static void UseDataFolder(this WebApplication app)
    {
        var folder = app.Services.GetRequiredService<DataFolder>();
        if (folder.Tightened > 0) DataFolder.LogTightened(app.Services.GetRequiredService<ILogger<DataFolder>>(), folder.Path, folder.Tightened);
    }
}
