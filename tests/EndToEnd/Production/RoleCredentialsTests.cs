using System.Net;

namespace Pipeline.EndToEnd.Production;

/// <summary>Both hosts without a stored key: the API has the role of a task, and the worker a profile.</summary>
public sealed class RoleCredentialsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_photo_becomes_ready_with_the_keys_of_the_SDKs_chain()
    {
        await using var endpoint = new RoleEndpoint();
        await using var servers = await ProductionServers.MakeAsync();
        await File.WriteAllTextAsync(_folder["credentials"], $"[photos]\naws_access_key_id={ProductionSettings.AccessKey}\naws_secret_access_key={ProductionSettings.SecretKey}\n");

        await servers.StartAsync(
            api: [.. Chain, ("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint.Address)],
            worker: [.. Chain, ("AWS_SHARED_CREDENTIALS_FILE", _folder["credentials"]), ("AWS_PROFILE", "photos")]);
        using var alice = servers.Person("alice");

        (await alice.TerminalAsync(await alice.UploadAsync(PlainPhoto.Bytes))).Text("status").ShouldBe("ready");
        endpoint.Asked.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_key_beside_the_chain_is_refused()
    {
        var settings = ProductionSettings.Of(new string('s', 32), _folder["work"]);
        settings["Storage__S3__SignWith"] = "Chain";
        await using var worker = ServerProcess.Launch(Path.Combine(AppContext.BaseDirectory, "Pipeline.Processor.dll"), _folder.Path, settings);

        (await worker.EndAsync()).ShouldBe(78, worker.Log);
        worker.Errors.ShouldHaveSingleItem().ShouldContain("`Storage:S3:SignWith` is Chain");
    }

    // An empty value removes the setting. Outside of AWS the search for an instance takes seconds.
    private static (string, string)[] Chain =>
        [("Storage__S3__SignWith", "Chain"), ("Storage__S3__AccessKeyId", ""), ("Storage__S3__SecretAccessKey", ""), ("AWS_EC2_METADATA_DISABLED", "true")];

    /// <summary>Answers as the endpoint of a task's role does.</summary>
    private sealed class RoleEndpoint : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Task _running;
        private int _asked;

        public RoleEndpoint()
        {
            Address = $"http://127.0.0.1:{FreePort.Take()}/role";
            _listener.Prefixes.Add(Address + "/");
            _listener.Start();
            _running = RunAsync();
        }

        public string Address { get; }

        public int Asked => _asked;

        public async ValueTask DisposeAsync()
        {
            _listener.Close();
            await _running;
        }

        private async Task RunAsync()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    Interlocked.Increment(ref _asked);
                    var role = new { AccessKeyId = ProductionSettings.AccessKey, SecretAccessKey = ProductionSettings.SecretKey, Expiration = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(6) };
                    context.Response.ContentType = "application/json";
                    await context.Response.OutputStream.WriteAsync(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(role));
                    context.Response.Close();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
