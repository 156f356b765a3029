using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pipeline.AllInOne.Database;
using Pipeline.AllInOne.Disk;
using Pipeline.AllInOne.Embedding;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Persistence;
using Pipeline.Bus.Inspection;
using Pipeline.Storage.Disk;
using Pipeline.TestKit;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>The whole HTTP API in this process, on SQLite and a disk store, without workers: one instance for all HTTP tests.</summary>
public class ApiHost : IAsyncLifetime
{
    public const string Frontend = "https://app.example.com";
    public const string OtherFrontend = "https://admin.example.com";
    public const string PreviousSecret = "the-secret-from-before-0123456789-0123456789";
    public const string Secret = "a-secret-of-the-tests-0123456789-0123456789";
    private readonly TempFolder _folder = new();
    private readonly LineLog _log = new();
    private WebApplication? _app;
    private OpenApiFit? _fit;

    public Uri Address { get; private set; } = null!;

    public IReadOnlyCollection<string> Log => _log.Lines;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["JWT_SECRET"] = Secret,
            ["JWT_SECRET_PREVIOUS"] = PreviousSecret,
            ["FRONTEND_URL"] = $"{Frontend}, {OtherFrontend}/",
            ["Api:PublicUrl"] = "http://localhost:4000/",
            ["Uploads:RateLimit:PerMinute"] = "10000",

            // No worker takes the uploads of these tests, and a run waits for them.
            ["Runs:YieldSeconds"] = "3600",
            ["Uploads:Multipart:FromBytes"] = "5242880",
            ["Webhooks:AllowNetworks:0"] = "127.0.0.0/8",
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(_log);
        builder.AddUploadApi();
        builder.Services.AddSqliteDatabase(_folder.Path);
        AddStorage(builder);
        builder.Services.AddSingleton<InMemoryBacklog>().AddSingleton<IBacklog>(provider => provider.GetRequiredService<InMemoryBacklog>());
        builder.Services.AddSingleton<IQueueInspector, FakeQueues>();
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.UsingInMemory((context, transport) => transport.ConfigureEndpoints(context));
        });
        _app = builder.Build();
        await using (var scope = _app.Services.CreateAsyncScope()) await scope.ServiceProvider.GetRequiredService<AssetDbContext>().Database.MigrateAsync();
        _app.MapUploadApi();
        MapStorage(_app);
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single());
        _fit = new OpenApiFit((await GetAsync("/openapi/v1.json", user: null)).Json);
    }

    private protected virtual void AddStorage(WebApplicationBuilder builder)
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Storage:Disk:Root"] = _folder["objects"],
            ["Storage:Disk:BaseUrl"] = "http://localhost:4000",
        });
        builder.Services.AddDiskStorage(builder.Configuration).AddDiskStorageCors();
    }

    private protected virtual void MapStorage(WebApplication app) => app.MapDiskStorage();

    /// <summary>Sends one request as this user; null for an anonymous one.</summary>
    internal Task<HttpAnswer> SendAsync(string method, string path, HttpContent? body = null, string? user = "ada", params (string Name, string Value)[] headers) =>
        SendAsync(user is null ? null : AppToken.For(user, Secret), method, path, body, headers);

    /// <summary>Sends one request with this token; null for none.</summary>
    internal async Task<HttpAnswer> SendAsync(string? token, string method, string path, HttpContent? body, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            if (!request.Headers.TryAddWithoutValidation(name, value))
                body!.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request);
        var all = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        var answer = new HttpAnswer((int)response.StatusCode, all, await response.Content.ReadAsStringAsync());
        _fit?.Faults(method, path, answer.Status, answer.Headers.GetValueOrDefault("Content-Type"), answer.Body).ShouldBeEmpty("the OpenAPI document says otherwise");
        return answer;
    }

    internal Task<HttpAnswer> GetAsync(string path, string? user = "ada") => SendAsync("GET", path, user: user);

    internal Task<HttpAnswer> PostAsync(string path, object body, string? user = "ada") => SendAsync("POST", path, JsonContent.Create(body), user);

    internal Task<HttpAnswer> PostTextAsync(string path, string json) => SendAsync("POST", path, new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>A PUT to a signed URL, sent to this host whatever the URL's host; without a Content-Type if that is null.</summary>
    internal Task<HttpAnswer> PutAsync(string url, byte[] bytes, string? contentType)
    {
        var body = new ByteArrayContent(bytes);
        if (contentType is not null) body.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return SendAsync("PUT", new Uri(url).PathAndQuery, body, user: null);
    }

    /// <summary>Inserts a row after these changes.</summary>
    internal async Task<Asset> AddAsync(Asset asset, params Func<Asset, bool>[] changes)
    {
        foreach (var change in changes) change(asset).ShouldBeTrue();
        await using var scope = _app!.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AssetStore>().AddAsync(asset, default);
        return asset;
    }

    /// <summary>Changes a row as a sweep or a consumer does.</summary>
    internal Task<Asset> ChangeAsync(Guid id, Func<Asset, bool> change) => LiveChanges.ChangeAsync(_app!.Services, id, change);

    /// <inheritdoc cref="LiveChanges.AddBatchAsync" />
    internal Task<(Guid Id, IReadOnlyList<Asset> Assets)> AddBatchAsync(string owner, int count) => LiveChanges.AddBatchAsync(_app!.Services, owner, count);

    /// <summary>A service of the host.</summary>
    internal T Service<T>()
        where T : notnull => _app!.Services.GetRequiredService<T>();

    /// <summary>Opens a stream as this user.</summary>
    internal Task<EventStream> StreamAsync(string path, string? user, string? lastEventId = null, string? token = null) =>
        EventStream.OpenAsync(Address, path, token ?? (user is null ? null : AppToken.For(user, Secret)), lastEventId);

    internal Task<Asset> AddReadyAsync(string owner = "ada", string tenant = Caller.DefaultTenant) => AddReadyAsync(owner, tenant, DateTimeOffset.UnixEpoch.AddYears(56));

    /// <summary>The same with events that are repeated, because they are new.</summary>
    internal Task<Asset> AddReadyNowAsync(string owner) => AddReadyAsync(owner, Caller.DefaultTenant, TimeProvider.System.GetUtcNow());

    private Task<Asset> AddReadyAsync(string owner, string tenant, DateTimeOffset now) =>
        AddAsync(Some.Upload(now, owner: owner, tenant: tenant), a => a.Confirm(Some.ETag, null, now), a => a.MarkReady(Some.Ready(a), now));

    public async Task DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class LineLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}

/// <summary>A response, read completely.</summary>
internal sealed record HttpAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body).ShouldNotBeNull();

    public string? Code => Json["code"]?.ToString();

    /// <summary>The invalid fields, each with its first error.</summary>
    public IReadOnlyDictionary<string, string> Errors =>
        (Json["errors"]?.AsObject() ?? []).ToDictionary(e => e.Key, e => e.Value![0]!.ToString(), StringComparer.Ordinal);

    public string Text(string name) => Json[name].ShouldNotBeNull().ToString();
}

[CollectionDefinition(Name)]
public sealed class ApiHostTests : ICollectionFixture<ApiHost>
{
    public const string Name = "api host";
}
