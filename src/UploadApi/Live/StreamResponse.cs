using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Pipeline.UploadApi.Live;

/// <summary>The response of a stream: begun by the first message, and sent without a delay.</summary>
internal sealed class StreamResponse(HttpContext http)
{
    public const string ContentType = "text/event-stream";

    public bool HasBegun { get; private set; }

    /// <summary>Sends the headers.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (HasBegun) return;
        HasBegun = true;
        var headers = http.Response.Headers;
        headers.ContentType = ContentType;
        headers.CacheControl = "no-cache, no-transform";
        headers[XAccelBuffering] = "no"; // nginx would collect the messages of minutes
        headers.Remove(HeaderNames.ContentLength);
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await WriteAsync(EventFrame.Retry, cancellationToken);
    }

    public async Task WriteAsync(EventFrame frame, CancellationToken cancellationToken) => await http.Response.BodyWriter.WriteAsync(frame.Bytes, cancellationToken);

    private const string XAccelBuffering = "X-Accel-Buffering";
}
