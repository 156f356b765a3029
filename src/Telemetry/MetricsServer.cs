using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using Pipeline.Hosting;

namespace Pipeline.Telemetry;

/// <summary>
/// Serves <c>/metrics</c> on a server of its own: no route of the public server can expose the metrics, and no setting of the public server moves
/// them.
/// </summary>
internal sealed class MetricsServer(
    MeterProvider metrics, IOptions<MetricsOptions> options, DefaultMetricsPort otherwise, TimeProvider time, ILogger<MetricsServer> logger) : BackgroundService
{
    public const string Path = "/metrics";

    private const long MostConnections = 32;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    private WebApplication? _server;

    private int Port => options.Value.Port ?? otherwise.Number;

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await TryServeAsync(cancellationToken))
        {
            if (options.Value.Port is not null)
                throw new StartFaultException(StartExit.Away, $"`{MetricsOptions.Section}:Port` {Port} is in use by another program: stop it, or choose another port");
            logger.NoMetricsPort(Port);
        }

        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_server is { } server) await server.DisposeAsync();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // The host that is being replaced may still have the port.
            while (_server is null)
            {
                await Task.Delay(Again, time, stoppingToken);
                if (await TryServeAsync(stoppingToken)) logger.MetricsServed(Port);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<bool> TryServeAsync(CancellationToken cancellationToken)
    {
        var server = Build();
        try
        {
            await server.StartAsync(cancellationToken);
            _server = server;
            return true;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await server.DisposeAsync();
            return false;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await server.DisposeAsync();
            throw new StartFaultException(StartExit.Misconfigured, $"`{MetricsOptions.Section}:Address` {options.Value.Address}, port {Port}, cannot be opened by this host: {Reason(e)}");
        }
    }

    private static string Reason(Exception exception) => (exception.InnerException as SocketException ?? exception).Message;

    private WebApplication Build()
    {
        // Empty, because the settings of the public server must not apply here.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, OuterLifetime>();
        builder.Services.Configure<PrometheusAspNetCoreOptions>(PrometheusFormat.Configure);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Listen);
        var server = builder.Build();
        server.UseOpenTelemetryPrometheusScrapingEndpoint(metrics, context => context.Request.Path == Path, path: null, configureBranchedPipeline: null, optionsName: null);
        server.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        return server;
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.MaxRequestBodySize = 0;
        if (options.Value.Address == "*") kestrel.ListenAnyIP(Port);
        else if (options.Value.Address == "localhost") kestrel.ListenLocalhost(Port);
        else kestrel.Listen(IPAddress.Parse(options.Value.Address), Port);
    }

    // The outer host handles the signals of the process.
    private sealed class OuterLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>The text format of the metrics.</summary>
internal static class PrometheusFormat
{
    public static void Configure(PrometheusAspNetCoreOptions format)
    {
        // Each series would carry the name of its meter, which only repeats the beginning of its own name.
        format.ScopeInfoEnabled = false;
        format.ScrapeResponseCacheDurationMilliseconds = 1000;
    }
}
