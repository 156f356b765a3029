using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Pipeline.EndToEnd.Production;

/// <summary>The production shape on this machine: API and worker processes on the PostgreSQL, RabbitMQ, S3 and clamd of <c>./services.sh</c>.</summary>
public sealed class ProductionServers : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly List<ServerProcess> _apis = [];
    private readonly List<ServerProcess> _workers = [];
    private readonly string _secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public IReadOnlyList<ServerProcess> Apis => _apis;

    public IReadOnlyList<ServerProcess> Workers => _workers;

    public async Task InitializeAsync()
    {
        await StartApiAsync();
        await StartWorkerAsync();
    }

    public async Task<ServerProcess> StartApiAsync() => await StartAsync("Pipeline.UploadApi.dll", _apis);

    public async Task<ServerProcess> StartWorkerAsync() => await StartAsync("Pipeline.Processor.dll", _workers);

    /// <summary>Somebody with a token, at one of the API processes.</summary>
    public Person Person(string userId, int api = 0)
    {
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Claims = new Dictionary<string, object> { ["userId"] = userId },
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(_secret)), SecurityAlgorithms.HmacSha256),
        });
        var http = new HttpClient { BaseAddress = _apis[api].Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new Person(http, token);
    }

    /// <summary>SIGKILL for a worker in mid-work.</summary>
    public async Task KillWorkerAsync()
    {
        await _workers[0].KillAsync();
        _workers.RemoveAt(0);
    }

    public async Task DisposeAsync()
    {
        foreach (var process in _apis.Concat(_workers)) await process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<ServerProcess> StartAsync(string program, List<ServerProcess> among)
    {
        var process = await ServerProcess.StartAsync(Path.Combine(AppContext.BaseDirectory, program), _folder.Path, Settings());
        among.Add(process);
        return process;
    }

    private Dictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        ["JWT_SECRET"] = _secret,
        ["Api__PublicUrl"] = "http://localhost",
        ["Uploads__RateLimit__PerMinute"] = "10000",
        ["Dispatch__SweepSeconds"] = "1",
        ["ConnectionStrings__Assets"] = Setting("PIPELINE_POSTGRES", "Host=127.0.0.1;Port=5435;Database=pipeline;Username=pipeline;Password=pipeline"),
        ["RabbitMq__Uri"] = Setting("PIPELINE_RABBITMQ", "amqp://pipeline:pipeline@127.0.0.1:5674/"),
        ["Storage__S3__ServiceUrl"] = Setting("PIPELINE_S3", "http://127.0.0.1:9111"),
        ["Storage__S3__Bucket"] = Setting("PIPELINE_S3_BUCKET", "pipeline-test"),
        ["Storage__S3__AccessKeyId"] = Setting("PIPELINE_S3_ACCESS_KEY", "pipeline-test-key"),
        ["Storage__S3__SecretAccessKey"] = Setting("PIPELINE_S3_SECRET_KEY", "pipeline-test-secret-of-no-worth"),
        ["Storage__S3__PublicUrl"] = "http://public.example",
        ["Processor__Clamd__Address"] = Setting("PIPELINE_CLAMD", "tcp://127.0.0.1:3311"),
        ["Processor__Work__Folder"] = _folder["work"],
    };

    private static string Setting(string name, string otherwise) => Environment.GetEnvironmentVariable(name) ?? otherwise;
}

[CollectionDefinition(Name)]
public sealed class ProductionServersTests : ICollectionFixture<ProductionServers>
{
    public const string Name = "production servers";
}
