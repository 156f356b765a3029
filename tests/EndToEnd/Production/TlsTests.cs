using System.Net;
using Npgsql;

namespace Pipeline.EndToEnd.Production;

/// <summary>Both hosts on a PostgreSQL, a RabbitMQ and a store that speak TLS only, with an authority of our own.</summary>
public sealed class TlsTests(EncryptedServices services) : IClassFixture<EncryptedServices>, IDisposable
{
    private const string Api = "Pipeline.UploadApi.dll";
    private const string Worker = "Pipeline.Processor.dll";
    private static readonly string Secret = new('s', 32);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_photo_becomes_ready_over_encrypted_connections_only()
    {
        var settings = services.Settings(Secret, _folder["work"]);
        await using var api = await ServerProcess.StartAsync(Path.Combine(AppContext.BaseDirectory, Api), _folder.Path, settings);
        await using var worker = await ServerProcess.StartAsync(Path.Combine(AppContext.BaseDirectory, Worker), _folder.Path, settings);
        var token = AppToken.For("alice", Secret);
        var http = new HttpClient { BaseAddress = api.Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var alice = new Person(http, token);

        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", PlainPhoto.Bytes.Length);
        presigned.Text("uploadUrl").ShouldStartWith(services.Store() + "/");
        using (var store = services.Client())
        using (var put = new HttpRequestMessage(HttpMethod.Put, presigned.Text("uploadUrl")) { Content = new ByteArrayContent(PlainPhoto.Bytes) })
        {
            foreach (var header in presigned.Json["headers"]!.AsObject())
                if (!put.Headers.TryAddWithoutValidation(header.Key, header.Value!.GetValue<string>()))
                    put.Content.Headers.TryAddWithoutValidation(header.Key, header.Value!.GetValue<string>());
            (await store.SendAsync(put)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
        (await alice.TerminalAsync(presigned.Id)).Text("status").ShouldBe("ready");
        await IsEncryptedAsync();
    }

    [Fact]
    public async Task A_database_of_another_authority_or_name_is_refused()
    {
        await FailAsync(Api, [("ConnectionStrings__Assets", services.Database(caFile: services.OtherCaFile))], "`ConnectionStrings:Assets`", "certificate");
        await FailAsync(Api, [("ConnectionStrings__Assets", services.Database(host: "127.0.0.1"))], "`ConnectionStrings:Assets`", "certificate");
    }

    [Theory]
    [InlineData(Api)]
    [InlineData(Worker)]
    public async Task A_broker_of_another_authority_or_name_is_refused(string host)
    {
        await FailAsync(host, [("RabbitMq__CaFile", services.OtherCaFile)], "`RabbitMq:Uri`", "certificate", "RabbitMq:CaFile");
        await FailAsync(host, [("RabbitMq__CaFile", "")], "`RabbitMq:Uri`", "certificate");
        await FailAsync(host, [("RabbitMq__Uri", services.Broker("127.0.0.1"))], "`RabbitMq:Uri`", "certificate");
    }

    [Theory]
    [InlineData(Api)]
    [InlineData(Worker)]
    public async Task A_store_of_another_authority_or_name_is_refused(string host)
    {
        await FailAsync(host, [("Storage__S3__CaFile", services.OtherCaFile), .. Quick], "`R2_ACCOUNT_ID` (`Storage:S3:ServiceUrl`)", "certificate", "Storage:S3:CaFile");
        await FailAsync(host, [("Storage__S3__CaFile", ""), .. Quick], "certificate");
        await FailAsync(host, [("Storage__S3__ServiceUrl", services.Store("127.0.0.1")), .. Quick], "certificate");
    }

    [Fact]
    public async Task A_file_that_holds_no_authority_is_told()
    {
        await File.WriteAllTextAsync(_folder["empty.crt"], "not a certificate");

        await FailAsync(Worker, [("RabbitMq__CaFile", "/nowhere/ca.crt")], "`RabbitMq:CaFile`", "cannot be read");
        await FailAsync(Worker, [("Storage__S3__CaFile", _folder["empty.crt"])], "`Storage:S3:CaFile`", "has no certificate");
        await FailAsync(Worker, [("RabbitMq__Uri", services.Broker().Replace("amqps", "amqp", StringComparison.Ordinal))], "`RabbitMq:CaFile`", "not amqps");
    }

    // An untrusted certificate is an error at once; without retries the test does not wait.
    private static (string, string)[] Quick => [("Storage__S3__Retries", "0")];

    private async Task IsEncryptedAsync()
    {
        await using var connection = new NpgsqlConnection(services.Database());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FILTER (WHERE NOT ssl), count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'pipeline'", connection);
        await using var reader = await command.ExecuteReaderAsync();
        (await reader.ReadAsync()).ShouldBeTrue();
        reader.GetInt64(0).ShouldBe(0);
        reader.GetInt64(1).ShouldBeGreaterThan(1, "the API has connections too");
    }

    private async Task FailAsync(string program, (string Name, string Value)[] changes, params string[] told)
    {
        var settings = services.Settings(Secret, _folder["work"]);
        foreach (var (name, value) in changes) settings[name] = value;
        await using var server = ServerProcess.Launch(Path.Combine(AppContext.BaseDirectory, program), _folder.Path, settings);
        (await server.EndAsync()).ShouldBe(78, server.Log);
        server.Log.ShouldNotContain("   at ", customMessage: "no stack trace");
        var line = server.Errors.ShouldHaveSingleItem();
        foreach (var part in told.Prepend("Not started: ")) line.ShouldContain(part);
    }
}
