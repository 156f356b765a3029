using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Pipeline.TestKit;

/// <summary>
/// A proxy in front of the S3 of <c>./services.sh</c> that forwards requests unchanged, including the Host, which is signed; before that the test
/// may respond itself, or hold the request.
/// </summary>
public sealed class StoreProxy : IAsyncDisposable
{
    private static readonly string[] OfTheConnection = ["Connection", "Content-Length", "Expect", "Keep-Alive", "Transfer-Encoding"];

    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _store = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
    });

    private int _refused;

    private StoreProxy(WebApplication app) => _app = app;

    /// <summary>Null forwards the request; a status refuses it as S3 does. The token is cancelled when the client disconnects.</summary>
    public Func<HttpRequest, CancellationToken, Task<int?>> Answer { get; set; } = (_, _) => Task.FromResult<int?>(null);

    /// <summary>The fault of a forwarded request.</summary>
    public Func<HttpRequest, StoreFault> Fault { get; set; } = _ => StoreFault.None;

    /// <summary>Number of requests that the proxy answered itself.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>The storage settings of an API or a worker that uses this proxy.</summary>
    public (string Name, string Value) Setting => ("Storage__S3__ServiceUrl", _app.Urls.Single());

    public static async Task<StoreProxy> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var proxy = new StoreProxy(builder.Build());
        proxy._app.Run(proxy.HandleAsync);
        await proxy._app.StartAsync();
        return proxy;
    }

    /// <summary>Refuses every request from now on.</summary>
    public void Refuse(int status) => Answer = (_, _) => Task.FromResult<int?>(status);

    /// <summary>Forwards every request from now on.</summary>
    public void Heal() => (Answer, Fault) = ((_, _) => Task.FromResult<int?>(null), _ => StoreFault.None);

    /// <summary>From now on holds each matching request until its client disconnects. The returned function counts them.</summary>
    public Func<int> Hold(Func<HttpRequest, bool> meant)
    {
        var held = 0;
        Answer = async (request, gone) =>
        {
            if (!meant(request)) return null;
            Interlocked.Increment(ref held);
            try
            {
                await Task.Delay(Timeout.Infinite, gone);
                return null;
            }
            finally
            {
                Interlocked.Decrement(ref held);
            }
        };
        return () => Volatile.Read(ref held);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _store.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        try
        {
            if (await Answer(context.Request, context.RequestAborted) is { } status) await RefuseAsync(context, status);
            else await HandOnAsync(context, Fault(context.Request));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected.
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The store's connection broke, or was broken on purpose: break the client's connection too.
            context.Abort();
        }
    }

    private async Task RefuseAsync(HttpContext context, int status)
    {
        Interlocked.Increment(ref _refused);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        if (HttpMethods.IsHead(context.Request.Method)) return;
        var code = status == 503 ? "SlowDown" : "InternalError";
        await context.Response.WriteAsync($"""<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>Come again.</Message></Error>""");
    }

    private async Task LieAsync(HttpContext context, StoreFault lie)
    {
        Interlocked.Increment(ref _refused);
#pragma warning disable CA5351 // S3's entity tag of an object.
        var md5 = Convert.ToHexStringLower(await MD5.HashDataAsync(context.Request.Body, context.RequestAborted));
#pragma warning restore CA5351
        var text = lie switch
        {
            StoreFault.Page => "<html><body><p>Log in first.</p></body></html>",
            StoreFault.ErrorWith200 => """<?xml version="1.0" encoding="UTF-8"?><Error><Code>InternalError</Code><Message>Come again.</Message></Error>""",
            _ => "",
        };
        context.Response.ContentType = lie == StoreFault.Page ? "text/html" : "application/xml";
        context.Response.ContentLength = text.Length;
        if (lie == StoreFault.Swallow) context.Response.Headers.ETag = $"\"{md5}\"";
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.WriteAsync(text, context.RequestAborted);
    }

    private async Task HandOnAsync(HttpContext context, StoreFault fault)
    {
        if (fault == StoreFault.Reset) throw new IOException("Reset here.");
        if (fault is StoreFault.Page or StoreFault.ErrorWith200 or StoreFault.Swallow)
        {
            await LieAsync(context, fault);
            return;
        }

        // Keep the path as received: a path in another encoding has another signature.
        var target = ProductionSettings.S3.TrimEnd('/') + context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(target));
        if (context.Request.ContentLength is { } length)
        {
            request.Content = new StreamContent(
                fault == StoreFault.CutUpload && length > 0 ? new CutStream(context.Request.Body, length / 2) : context.Request.Body);
            request.Content.Headers.ContentLength = length;
        }

        foreach (var (name, values) in context.Request.Headers.Where(h => !OfTheConnection.Contains(h.Key, StringComparer.OrdinalIgnoreCase)))
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());

        using var answer = await _store.SendAsync(request, context.RequestAborted);
        if (fault == StoreFault.HoldReply) await Task.Delay(Timeout.Infinite, context.RequestAborted);
        if (fault == StoreFault.DropReply) throw new IOException("Dropped here.");
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(h => !OfTheConnection.Contains(h.Key, StringComparer.OrdinalIgnoreCase)))
            context.Response.Headers[name] = values.ToArray();
        context.Response.ContentLength = answer.Content.Headers.ContentLength;
        if (answer.StatusCode == HttpStatusCode.NoContent) return;
        if (fault == StoreFault.HalfAnswer) context.Response.ContentLength /= 2;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        if (fault == StoreFault.HalfAnswer)
        {
            var half = new byte[context.Response.ContentLength ?? 0];
            await body.ReadExactlyAsync(half, context.RequestAborted);
            await context.Response.Body.WriteAsync(half, context.RequestAborted);
            return;
        }

        await using var given = fault == StoreFault.CutDownload ? new CutStream(body, (answer.Content.Headers.ContentLength ?? 0) / 2) : body;
        await given.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
