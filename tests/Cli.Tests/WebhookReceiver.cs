using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pipeline.TestKit;

namespace Pipeline.Cli.Tests;

/// <summary>The program of a developer, which gets forwarded events.</summary>
sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedRequest> _got = new();
    private WebApplication? _app;

    public int Port { get; } = FreePort.Take();

    public IReadOnlyList<ReceivedRequest> Got => [.. _got];

    /// <summary>The status of each answer; 0 to break the connection.</summary>
    public Func<ReceivedRequest, int> Answer { get; set; } = _ => 200;

    /// <summary>Listens; before that, connections to <see cref="Port"/> are refused.</summary>
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port));
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase));
            var request = new ReceivedRequest($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}", headers, body.ToArray(), context.Request.ContentType);
            _got.Enqueue(request);
            if (Answer(request) is not 0 and var status) context.Response.StatusCode = status;
            else context.Abort();
            if (context.Response.StatusCode is >= 300 and < 400) context.Response.Headers.Location = "/elsewhere";
        });
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }
}

sealed record ReceivedRequest(string Line, IHeaderDictionary Headers, byte[] Body, string? ContentType)
{
    public string Id => Headers["webhook-id"].ToString();
}
