using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Pipeline.Hosting;

/// <summary>A body of JSON that can be looked at again, to say what is wrong with it.</summary>
public interface IKeptBody
{
    /// <summary>Reads the rest of the body.</summary>
    /// <returns>The whole body; null if it is too long to keep.</returns>
    ValueTask<ReadOnlyMemory<byte>?> ReadToEndAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Limits request bodies, and makes sure that a refusal reaches a client that is still sending. Closing a connection with unread bytes resets
/// it, and the client sees a broken pipe instead of the answer; so the rest of a body is read and discarded.
/// </summary>
public static class RequestBodies
{
    // A phone at 1 Mbit/s needs a minute and a half for 10 MiB. Idle connections are kept as long, so draining holds no connection for longer;
    // Kestrel's minimum data rate ends very slow ones earlier.
    private static readonly TimeSpan Sending = TimeSpan.FromMinutes(2);

    // A client that sent Expect: 100-continue and was refused usually sends no body. The answer says that the connection closes.
    private static readonly TimeSpan Asking = TimeSpan.FromSeconds(5);

    private const int BufferBytes = 64 * 1024;

    // Enough for any body that a person or an app writes; lists of ids may be longer.
    private const int MaxKept = 256 * 1024;

    /// <summary>Adds the middleware; must come before everything that answers.</summary>
    /// <param name="maxBytes">
    /// Largest body in bytes, unless an endpoint has another limit as <see cref="IRequestSizeLimitMetadata"/>, or sets one with
    /// <see cref="IHttpMaxRequestBodySizeFeature"/>.
    /// </param>
    public static void UseRequestBodies(this IApplicationBuilder app, long maxBytes) => app.Use(async (context, next) =>
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            await next(context);
            return;
        }

        var own = context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize;
        var isJson = context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is not null;
        var body = new BoundedBody(context.Request.Body, context.Request.ContentLength, own ?? maxBytes, isJson ? MaxKept : 0);
        context.Features.Set<IKeptBody>(body);
        // The server's own limit would also apply to discarded bytes.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        context.Features.Set<IHttpMaxRequestBodySizeFeature>(body);
        context.Request.Body = body;
        var hasAsked = context.Request.Headers.Expect.Count > 0;
        context.Response.OnStarting(() =>
        {
            if (hasAsked && !body.IsReadOnly) context.Response.Headers[HeaderNames.Connection] = "close";
            return Task.CompletedTask;
        });
        await next(context);
        // HTTP/2 and HTTP/3 can end a request without closing its connection.
        if (body.IsAtEnd || HttpProtocol.IsHttp2(context.Request.Protocol) || HttpProtocol.IsHttp3(context.Request.Protocol)) return;
        await DrainAsync(context, body.Inner, hasAsked && !body.IsReadOnly ? Asking : Sending);
    });

    private static async Task DrainAsync(HttpContext context, Stream body, TimeSpan longest)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            // Send the answer first: a client that reads it while sending can stop.
            await context.Response.CompleteAsync();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            limit.CancelAfter(longest);
            while (await body.ReadAsync(buffer, limit.Token) > 0) { }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client left, was too slow or sent too much; it already has its answer.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A body that cannot be read beyond the limit, and of which the beginning is kept.</summary>
    private sealed class BoundedBody(Stream inner, long? announced, long maxBytes, int maxKept) : ReadOnlyStream, IHttpMaxRequestBodySizeFeature, IKeptBody
    {
        private readonly ArrayBufferWriter<byte>? _kept = maxKept > 0 ? new ArrayBufferWriter<byte>() : null;
        private long _read;
        private long? _limit = maxBytes;

        public Stream Inner => inner;

        public bool IsAtEnd { get; private set; }

        public bool IsReadOnly { get; private set; }

        public long? MaxRequestBodySize
        {
            get => _limit;
            set => _limit = IsReadOnly ? throw new InvalidOperationException("The body is being read already.") : value;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // Refuse before the first read, so that a client that sent Expect: 100-continue gets the refusal instead of a go-ahead.
            if (announced > _limit) throw TooLarge();
            IsReadOnly = true;
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _read += read;
            if (_read > _limit) throw TooLarge();
            if (read == 0 && buffer.Length > 0) IsAtEnd = true;
            else if (_read <= maxKept) _kept?.Write(buffer.Span[..read]);
            return read;
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReadToEndAsync(CancellationToken cancellationToken)
        {
            var buffer = new byte[4096];
            while (!IsAtEnd && _read <= maxKept && await ReadAsync(buffer, cancellationToken) > 0) { }
            return IsAtEnd && _read <= maxKept ? _kept?.WrittenMemory : null;
        }

        private static BadHttpRequestException TooLarge() => new("The body is larger than this route accepts.", StatusCodes.Status413PayloadTooLarge);
    }
}
