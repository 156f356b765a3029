using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Pipeline.EndToEnd.Production;

/// <summary>A host that cannot start writes one line with the key and the remedy; an unavailable dependency only makes it unready.</summary>
public sealed class StartFaultTests : IDisposable
{
    private const string Api = "Pipeline.UploadApi.dll";
    private const string Worker = "Pipeline.Processor.dll";
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _settings;

    public StartFaultTests() => _settings = ProductionSettings.Of(new string('s', 32), _folder["work"]);

    private string Assets => _settings["ConnectionStrings__Assets"];

    private string Broker => _settings["RabbitMq__Uri"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_wrong_password_user_or_name_of_the_database_ends_the_start_with_78()
    {
        await FailAsync(Api, 78, Database(c => c.Password = "wrong"), told: ["`ConnectionStrings:Assets`", "refuses the user"]);
        await FailAsync(Api, 78, Database(c => c.Username = "nobody"), told: ["refuses the user 'nobody'"]);
        await FailAsync(Api, 78, Database(c => c.Database = "nowhere"), told: ["has no database 'nowhere'"]);
    }

    [Fact]
    public async Task A_database_that_is_away_ends_the_start_with_75()
    {
        await FailAsync(Api, 75, Database(c => c.Port = 9), told: ["`ConnectionStrings:Assets`", "does not answer"]);
        await FailAsync(Api, 75, Database(c => c.Host = "nowhere.invalid"), told: ["does not answer"]);
    }

    [Theory]
    [InlineData(Api)]
    [InlineData(Worker)]
    public async Task What_the_broker_or_the_store_refuse_ends_the_start_with_78(string host)
    {
        var broker = new UriBuilder(Broker);
        await FailAsync(host, 78, ("RabbitMq__Uri", new UriBuilder(Broker) { Password = "wrong" }.Uri.AbsoluteUri), told: ["`RabbitMq:Uri`", "password"]);
        broker.Path = "/nowhere";
        await FailAsync(host, 78, ("RabbitMq__Uri", broker.Uri.AbsoluteUri), told: ["`RabbitMq:Uri`", "virtual host"]);
        await FailAsync(host, 78, ("Storage__S3__Bucket", "no-such-bucket"), told: ["`R2_BUCKET_NAME`", "no such bucket"]);
        await FailAsync(host, 78, ("Storage__S3__AccessKeyId", "nobody"), told: ["`R2_ACCESS_KEY_ID`"]);
        await FailAsync(host, 78, ("Storage__S3__SecretAccessKey", "wrong"), told: ["`R2_SECRET_ACCESS_KEY`"]);
    }

    [Theory]
    [InlineData(Api)]
    [InlineData(Worker)]
    public async Task A_file_that_is_not_there_and_a_port_that_is_taken_are_told(string host)
    {
        await FailAsync(host, 78, ("RabbitMq__Uri_FILE", "/nowhere/uri"), told: ["`RabbitMq:Uri_FILE`", "there is none"]);

        using var other = new TcpListener(IPAddress.Any, 0);
        other.Start();
        await FailAsync(host, 75, ("PORT", $"{((IPEndPoint)other.LocalEndpoint).Port}"), told: ["`PORT`"]);
    }

    [Theory]
    [InlineData("RabbitMq__Uri", "amqp://pipeline:pipeline@127.0.0.1:9/", "masstransit-bus", "RabbitMQ at 127.0.0.1:9 (`RabbitMq:Uri`) does not answer")]
    [InlineData("Storage__S3__ServiceUrl", "http://127.0.0.1:9", "storage", "The store of the area Incoming (`Storage:S3`) fails")]
    [InlineData("Processor__Clamd__Address", "tcp://127.0.0.1:9", "scanner", "The scanner is not reliable now")]
    public async Task A_worker_waits_for_what_is_away_and_says_so(string key, string value, string part, string told)
    {
        _settings[key] = value;
        await using var worker = ServerProcess.Launch(Path.Combine(AppContext.BaseDirectory, Worker), _folder.Path, _settings);
        using var http = new HttpClient { BaseAddress = worker.Address };

        await Eventually.True(async () => await IsUnhealthyAsync(http, part), $"the worker says that its {part} is not there", TimeSpan.FromSeconds(90));

        worker.Log.ShouldContain(JsonValue.Create(told).ToJsonString().Trim('"'));
        worker.Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Api)]
    [InlineData(Worker)]
    public async Task A_healthy_first_start_logs_no_error(string host)
    {
        await using var database = await OwnDatabase.MakeEmptyAsync();
        _settings["ConnectionStrings__Assets"] = database.ConnectionString;

        // Only the API declares the exchanges; on a new broker a worker waits for it.
        await using var first = host == Worker ? await ServerProcess.StartAsync(Path.Combine(AppContext.BaseDirectory, Api), _folder.Path, _settings) : null;
        await using var server = await ServerProcess.StartAsync(Path.Combine(AppContext.BaseDirectory, host), _folder.Path, _settings);

        server.Log.Split('\n').Where(line => line.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal) || line.Contains("\"LogLevel\":\"Critical\"", StringComparison.Ordinal)).ShouldBeEmpty();
        server.Errors.ShouldBeEmpty();
    }

    private static async Task<bool> IsUnhealthyAsync(HttpClient http, string part)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return (int)answer.StatusCode == 503 && JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["parts"]?[part]?.GetValue<string>() == "unhealthy";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private (string, string) Database(Action<NpgsqlConnectionStringBuilder> change)
    {
        var connection = new NpgsqlConnectionStringBuilder(Assets);
        change(connection);
        return ("ConnectionStrings__Assets", connection.ConnectionString);
    }

    private async Task FailAsync(string program, int exitCode, (string Name, string Value) setting, params string[] told)
    {
        var settings = new Dictionary<string, string>(_settings, StringComparer.Ordinal) { [setting.Name] = setting.Value };
        await using var server = ServerProcess.Launch(Path.Combine(AppContext.BaseDirectory, program), _folder.Path, settings);
        (await server.EndAsync()).ShouldBe(exitCode, server.Log);
        server.Log.ShouldNotContain("   at ", customMessage: "no stack trace");
        server.Log.ShouldNotContain("\"LogLevel\":\"Error\"");
        var line = server.Errors.ShouldHaveSingleItem();
        foreach (var part in told.Prepend("Not started: ")) line.ShouldContain(part);
    }
}
