using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets;
using Pipeline.Storage;
using Pipeline.Storage.S3;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Cleanup;

/// <summary>
/// A slow PUT to the real S3 server of <c>./services.sh</c>, which checks the URL when the request begins and accepts the body at any later
/// time. The test's clock starts at the server's time and then runs ahead.
/// </summary>
public sealed class SlowUploadTests : IAsyncLifetime
{
    private const int Bytes = 100;
    private readonly Backroom _room = new(TimeProvider.System.GetUtcNow());
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSingleton(TimeProvider.System)
        .AddS3Storage(new ConfigurationBuilder().AddInMemoryCollection(ProductionSettings.Of("", "")
            .Where(pair => pair.Key.StartsWith("Storage__", StringComparison.Ordinal))
            .Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), (string?)pair.Value))).Build())
        .BuildServiceProvider();

    private Socket? _connection;

    private StorageAreas S3 => _services.GetRequiredService<StorageAreas>();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _connection?.Dispose();
        await _services.DisposeAsync();
        _room.Dispose();
    }

    [Fact]
    public async Task A_PUT_that_ends_after_its_URL_and_its_asset_is_deleted_by_the_last_look()
    {
        _room.Cleanup.SlowestUploadBytesPerSecond = 1;
        var asset = await BeginAsync(TimeSpan.FromSeconds(10));
        await _room.ChangeAsync(asset.Id, a => a.Delete(_room.Now));
        _room.Time.Advance(Some.UrlLife + TimeSpan.FromMinutes(10));
        await _room.TidyAsync(S3.Incoming);
        var end = TimeProvider.System.GetUtcNow().AddSeconds(11);
        await Eventually.True(() => TimeProvider.System.GetUtcNow() > end, "the URL has ended");

        await EndAsync();
        (await IsThereAsync(asset)).ShouldBeTrue("the server takes what began in time");
        _room.Time.Advance(TimeSpan.FromDays(2));
        await _room.TidyAsync(S3.Incoming);

        (await IsThereAsync(asset)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_PUT_that_ends_after_the_last_look_is_deleted_by_the_sweep()
    {
        var asset = await BeginAsync(TimeSpan.FromMinutes(5));
        await _room.ChangeAsync(asset.Id, a => a.Delete(_room.Now));
        _room.Time.Advance(TimeSpan.FromDays(2));
        await _room.TidyAsync(S3.Incoming);
        (await _room.RowAsync(asset.Id)).TidyAt.ShouldBeNull("all looks are over");

        await EndAsync();
        (await IsThereAsync(asset)).ShouldBeTrue("the server takes what began in time");
        await _room.SweepIncomingAsync(S3.Incoming);

        (await IsThereAsync(asset)).ShouldBeFalse();
    }

    private async Task<bool> IsThereAsync(Asset asset) => await S3.Incoming.HeadAsync(ObjectKey.Parse(asset.IncomingKey), default) is not null;

    // Returns when the server has accepted the request and half of its body, and waits for the rest.
    private async Task<Asset> BeginAsync(TimeSpan urlLife)
    {
        var asset = await _room.AddAsync(Some.Upload(_room.Now, size: Bytes));
        var url = S3.Signer.SignPut(
            ObjectKey.Parse(asset.IncomingKey), new UploadTerms { ContentType = "image/jpeg", Length = Bytes }, urlLife).Url;
        _connection = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await _connection.ConnectAsync(url.Host, url.Port);
        await SendAsync(
            $"PUT {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: image/jpeg\r\nContent-Length: {Bytes}\r\nExpect: 100-continue\r\n\r\n");
        (await AnswerAsync()).ShouldStartWith("HTTP/1.1 100");
        await SendAsync(new string('a', Bytes / 2));
        return asset;
    }

    private async Task EndAsync()
    {
        await SendAsync(new string('b', Bytes - (Bytes / 2)));
        (await AnswerAsync()).ShouldStartWith("HTTP/1.1 200");
    }

    private async Task SendAsync(string text) => await _connection!.SendAsync(Encoding.ASCII.GetBytes(text));

    private async Task<string> AnswerAsync()
    {
        var answer = new byte[4096];
        return Encoding.ASCII.GetString(answer, 0, await _connection!.ReceiveAsync(answer));
    }
}
