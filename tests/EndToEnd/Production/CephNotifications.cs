using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Pipeline.EndToEnd.Production;

/// <summary>
/// A bucket of its own behind a gateway that publishes what arrives to a virtual host, as the operations page sets it up: the user of the store
/// may write to the exchange, and declare its queue for the broker's confirms.
/// </summary>
internal sealed class CephNotifications : IAsyncDisposable
{
    private readonly OwnVirtualHost _broker;
    private readonly Uri _address;
    private readonly Process _gateway;
    private readonly AmazonS3Client _client;
    private readonly string _user = $"store-{Guid.NewGuid():N}";

    private CephNotifications(OwnVirtualHost broker)
    {
        _broker = broker;
        var port = FreePort.Take();
        _address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        _gateway = Service.Store.Start("notifier", port.ToString(CultureInfo.InvariantCulture));
        _client = new AmazonS3Client(
            new BasicAWSCredentials(ProductionSettings.AccessKey, ProductionSettings.SecretKey),
            new AmazonS3Config { ServiceURL = _address.AbsoluteUri, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
    }

    public string Bucket { get; } = $"notifying-{Guid.NewGuid():N}";

    /// <summary>Makes both hosts use the bucket and the gateway.</summary>
    public (string Name, string Value)[] Settings => [("Storage__S3__Bucket", Bucket), ("Storage__S3__ServiceUrl", _address.AbsoluteUri)];

    public static async Task<CephNotifications> MakeAsync(OwnVirtualHost broker, string exchange)
    {
        var ceph = new CephNotifications(broker);
        try
        {
            await ceph.SetUpAsync(exchange);
            return ceph;
        }
        catch
        {
            await ceph.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _gateway.Kill(entireProcessTree: true);
        await _gateway.WaitForExitAsync();
        _gateway.Dispose();
        await Service.Broker.RunAsync("ctl", "-q", "delete_user", _user);
    }

    private async Task SetUpAsync(string exchange)
    {
        await Service.Broker.RunAsync("ctl", "-q", "add_user", _user, OwnVirtualHost.Password);
        var confirms = @"^amq\.gen-";
        await Service.Broker.RunAsync("ctl", "-q", "set_permissions", "-p", _broker.Name, _user, confirms, $"^{Regex.Escape(exchange)}$", confirms);
        await Eventually.True(async () => await TopicAsync("ListTopics") == 0, "the gateway is up");
        await _client.PutBucketAsync(Bucket);
        await _client.PutPublicAccessBlockAsync(new PutPublicAccessBlockRequest { BucketName = Bucket, PublicAccessBlockConfiguration = new PublicAccessBlockConfiguration { IgnorePublicAcls = true } });
        var endpoint = new UriBuilder(_broker.AdminAddress) { UserName = _user, Password = OwnVirtualHost.Password }.Uri;
        (await TopicAsync("CreateTopic", ("push-endpoint", endpoint.AbsoluteUri), ("amqp-exchange", exchange), ("amqp-ack-level", "broker"))).ShouldBe(0);
        await _client.PutBucketNotificationAsync(new PutBucketNotificationRequest
        {
            BucketName = Bucket,
            TopicConfigurations = [new TopicConfiguration { Id = "arrivals", Topic = $"arn:aws:sns:default::{Bucket}", Events = [new EventType("s3:ObjectCreated:*")] }],
        });
    }

    // The gateway speaks SNS at its root. It takes passwords over HTTPS only, so this says that a proxy ended the TLS.
    private async Task<int> TopicAsync(string action, params (string Key, string Value)[] attributes)
    {
        var form = new List<string> { $"Action={action}", $"Name={Bucket}" };
        foreach (var (index, (key, value)) in attributes.Index())
            form.Add(string.Create(CultureInfo.InvariantCulture, $"Attributes.entry.{index + 1}.key={key}&Attributes.entry.{index + 1}.value={Uri.EscapeDataString(value)}"));
        var body = string.Join('&', form);
        using var curl = Process.Start(new ProcessStartInfo("curl",
        [
            "-fsS", "-m", "30", "-o", "/dev/null", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user", $"{ProductionSettings.AccessKey}:{ProductionSettings.SecretKey}",
            "-H", "X-Forwarded-Proto: https", "-H", "Content-Type: application/x-www-form-urlencoded",
            "-H", $"x-amz-content-sha256: {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}", "--data-raw", body, _address.AbsoluteUri,
        ])
        { RedirectStandardError = true, UseShellExecute = false })!;
        await curl.WaitForExitAsync();
        return curl.ExitCode;
    }
}
