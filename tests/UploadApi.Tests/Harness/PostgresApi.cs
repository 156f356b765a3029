using System.Net.Http.Headers;
using System.Net.Http.Json;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pipeline.AllInOne.Embedding;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Postgres;
using Pipeline.Bus.Inspection;
using Pipeline.Storage.Disk;
using Pipeline.TestKit;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>One instance of the HTTP API on PostgreSQL, without workers. Several share a database.</summary>
internal sealed class PostgresApi : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly WebApplication _app;

    private PostgresApi(WebApplication app, TempFolder folder) => (_app, _folder) = (app, folder);

    public IServiceProvider Services => _app.Services;

    public Uri Address => new(_app.Urls.Single());

    /// <param name="connection">A migrated database.</param>
    /// <param name="settings">More settings.</param>
    public static Task<PostgresApi> StartAsync(string connection, params (string Key, string Value)[] settings) => StartAsync(connection, isScheduled: false, settings);

    /// <inheritdoc cref="StartAsync(string, ValueTuple{string, string}[])" />
    public static async Task<PostgresApi> StartAsync(string connection, bool isScheduled, params (string Key, string Value)[] settings)
    {
        var folder = new TempFolder();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["JWT_SECRET"] = ApiHost.Secret,
            ["Api:PublicUrl"] = "http://localhost:4000/",
            ["Storage:Disk:Root"] = folder["objects"],
            ["Storage:Disk:BaseUrl"] = "http://localhost:4000",
            ["ConnectionStrings:Assets"] = connection,
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value, StringComparer.Ordinal));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddUploadApi();
        builder.AddPostgresDatabase();
        builder.Services.AddDiskStorage(builder.Configuration);
        builder.Services.AddSingleton<InMemoryBacklog>().AddSingleton<IBacklog>(provider => provider.GetRequiredService<InMemoryBacklog>());
        builder.Services.AddSingleton<IQueueInspector, FakeQueues>();
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.UsingInMemory((context, transport) => transport.ConfigureEndpoints(context));
        });
        if (isScheduled) builder.AddClusteredSweeps();
        var app = builder.Build();
        app.MapUploadApi();
        await app.StartAsync();
        return new PostgresApi(app, folder);
    }

    public Task<EventStream> StreamAsync(string path, string user, string? lastEventId = null) =>
        EventStream.OpenAsync(Address, path, AppToken.For(user, ApiHost.Secret), lastEventId);

    public Task<Asset> ChangeAsync(Guid id, Func<Asset, bool> change) => LiveChanges.ChangeAsync(Services, id, change);

    public async Task<Asset> AddAsync(Asset asset)
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AssetStore>().AddAsync(asset, default);
        return asset;
    }

    /// <summary>Sends one request as this user.</summary>
    public async Task<HttpAnswer> SendAsync(string method, string path, object? body = null, string user = Some.Owner, string? tenant = null, string? key = null, string? role = null)
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AppToken.For(user, ApiHost.Secret, role, tenant));
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var response = await http.SendAsync(request);
        var all = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new HttpAnswer((int)response.StatusCode, all, await response.Content.ReadAsStringAsync());
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
