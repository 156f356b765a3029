using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Pipeline.EndToEnd.Production;

/// <summary>The production shape on this machine: API and worker processes on the PostgreSQL, RabbitMQ, S3 and clamd of <c>./services.sh</c>.</summary>
public sealed class ProductionServers : IAsyncLifetime, IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<ServerProcess> _apis = [];
    private readonly List<ServerProcess> _workers = [];
    private readonly string _secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public async Task InitializeAsync()
    {
        await StartApiAsync();
        await StartWorkerAsync();
    }

    /// <summary>One more API; the settings win over those that all share.</summary>
    public Task<ServerProcess> StartApiAsync(params (string Name, string Value)[] settings) => StartAsync("Pipeline.UploadApi.dll", settings, _apis);

    /// <summary>One more worker.</summary>
    /// <inheritdoc cref="StartApiAsync" />
    public Task<ServerProcess> StartWorkerAsync(params (string Name, string Value)[] settings) => StartAsync("Pipeline.Processor.dll", settings, _workers);

    /// <summary>Somebody with a token, at the first of the API processes or at another.</summary>
    public Person Person(string userId, ServerProcess? api = null)
    {
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Claims = new Dictionary<string, object> { ["userId"] = userId },
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(_secret)), SecurityAlgorithms.HmacSha256),
        });
        var http = new HttpClient { BaseAddress = (api ?? _apis[0]).Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new Person(http, token);
    }

    /// <summary>SIGKILL for a worker in mid-work.</summary>
    public async Task KillWorkerAsync()
    {
        await _workers[0].KillAsync();
        _workers.RemoveAt(0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _apis.Concat(_workers)) await process.DisposeAsync();
        _folder.Dispose();
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    private async Task<ServerProcess> StartAsync(string program, (string Name, string Value)[] settings, List<ServerProcess> among)
    {
        var all = Settings();
        foreach (var (name, value) in settings) all[name] = value;
        var process = await ServerProcess.StartAsync(Path.Combine(AppContext.BaseDirectory, program), _folder.Path, all);
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
        ["Storage__S3__ServiceUrl"] = Bucket.ServiceUrl,
        ["Storage__S3__Bucket"] = Bucket.Name,
        ["Storage__S3__AccessKeyId"] = Bucket.AccessKey,
        ["Storage__S3__SecretAccessKey"] = Bucket.SecretKey,
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
