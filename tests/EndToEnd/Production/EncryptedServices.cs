using System.Diagnostics;
using System.Globalization;
using Pipeline.Hosting;

namespace Pipeline.EndToEnd.Production;

/// <summary>A PostgreSQL, a RabbitMQ and a store of its own that speak TLS only, with the certificates of <c>deploy/make-secrets.sh</c>.</summary>
public sealed class EncryptedServices : IAsyncLifetime
{
    private static readonly Service[] All = [Service.Database, Service.Broker, Service.Store];

    // The daemons drop root and must enter it, and their sockets' paths must be short.
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"pipeline-tls-{Guid.NewGuid():N}"[..24]);
    private readonly Dictionary<string, string> _settings;

    public EncryptedServices() => _settings = new(StringComparer.Ordinal)
    {
        ["PIPELINE_SERVICES_DIR"] = Path.Combine(_folder, "services"),
        ["SERVICES_TLS"] = Path.Combine(_folder, "secrets"),
        ["PG_PORT"] = Port(),
        ["RABBITMQ_PORT"] = Port(),
        ["RABBITMQ_DIST_PORT"] = Port(),
        ["RABBITMQ_EPMD_PORT"] = Port(),
        // Ceph uses twenty ports from ten thousand above it on.
        ["S3_PORT"] = (12_000 + System.Security.Cryptography.RandomNumberGenerator.GetInt32(8_000)).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The authority of all three certificates.</summary>
    public string CaFile => Path.Combine(_settings["SERVICES_TLS"], "ca.crt");

    /// <summary>An authority that has the same name and signed none of them.</summary>
    public string OtherCaFile => Path.Combine(_folder, "others", "ca.crt");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        await MakeSecretsAsync(_settings["SERVICES_TLS"]);
        await MakeSecretsAsync(Path.GetDirectoryName(OtherCaFile)!);
        await Task.WhenAll(All.Select(service => service.RunAsync(_settings, "start")));
    }

    public async Task DisposeAsync()
    {
        foreach (var service in All) await service.RunAsync(_settings, "stop");
        Directory.Delete(_folder, recursive: true);
    }

    public string Database(string host = "localhost", string? caFile = null) =>
        $"Host={host};Port={_settings["PG_PORT"]};Database=pipeline;Username=pipeline;Password=pipeline;SSL Mode=VerifyFull;Root Certificate={caFile ?? CaFile}";

    public string Broker(string host = "localhost") => $"amqps://pipeline:pipeline@{host}:{_settings["RABBITMQ_PORT"]}/";

    public string Store(string host = "localhost") => $"https://{host}:{_settings["S3_PORT"]}";

    /// <summary>The settings of both hosts.</summary>
    public Dictionary<string, string> Settings(string jwtSecret, string workFolder)
    {
        var settings = ProductionSettings.Of(jwtSecret, workFolder);
        settings["ConnectionStrings__Assets"] = Database();
        (settings["RabbitMq__Uri"], settings["RabbitMq__CaFile"]) = (Broker(), CaFile);
        (settings["Storage__S3__ServiceUrl"], settings["Storage__S3__CaFile"]) = (Store(), CaFile);
        (settings["Storage__S3__Bucket"], settings["Storage__S3__AccessKeyId"], settings["Storage__S3__SecretAccessKey"]) = ("pipeline-test", "pipeline-test-key", "pipeline-test-secret-of-no-worth");
        return settings;
    }

    /// <summary>A client of the store that trusts its authority.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = TrustedCertificates.Of(CaFile)!.Accept } });

    private static async Task MakeSecretsAsync(string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, "deploy", "make-secrets.sh"), [folder]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
    }

    private static string Port() => FreePort.Take().ToString(CultureInfo.InvariantCulture);
}
