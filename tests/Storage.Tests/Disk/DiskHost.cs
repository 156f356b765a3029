using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.AllInOne.Disk;
using Pipeline.Hosting;
using Pipeline.Storage.Disk;
using Pipeline.TestKit;

namespace Pipeline.Storage.Tests.Disk;

/// <summary>A server on a free port of this machine that serves a disk store like the real one, and keeps its log.</summary>
internal sealed class DiskHost : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly WebApplication _app;

    public DiskHost()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([new("Storage:Disk:Root", Root)]);
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddFilter("Microsoft", LogLevel.Warning).AddProvider(Log);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddDiskStorage(builder.Configuration);
        builder.Services.AddCors(cors => cors.AddPolicy(DiskStorageEndpoints.CorsPolicy, policy => policy
            .WithOrigins("http://front.end").AllowAnyHeader().WithMethods("GET", "HEAD", "PUT").WithExposedHeaders("ETag")));
        _app = builder.Build();
        _app.UseRequestBodies(maxBytes: 1000);
        _app.UseCors();
        // The real root requires a token unless an endpoint is anonymous.
        _app.Use(async (http, next) =>
        {
            if (http.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null) http.Response.StatusCode = 401;
            else await next(http);
        });
        _app.MapDiskStorage();
    }

    public string Root => _folder["objects"];

    public string SigningKeyPath => _folder["objects.signing-key"];

    public ManualTime Time { get; } = new();

    public CollectedLog Log { get; } = new();

    public DiskStorageOptions Options => _app.Services.GetRequiredService<IOptions<DiskStorageOptions>>().Value;

    public Uri BaseUrl => Options.BaseUrl;

    public HealthCheckService Health => _app.Services.GetRequiredService<HealthCheckService>();

    public DiskMultipartUploads Multipart => _app.Services.GetRequiredService<DiskMultipartUploads>();

    public StorageAreas Areas => _app.Services.GetRequiredService<StorageAreas>();

    /// <summary>Files in the scratch folder: parts of uploads that are not objects.</summary>
    public IEnumerable<string> Drafts =>
        Directory.GetFiles(Path.Combine(Root, "~tmp"), "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal));

    public async Task StartAsync()
    {
        await _app.StartAsync();
        // The port is known only now, before the first URL is signed.
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Options.BaseUrl = new Uri(address);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
