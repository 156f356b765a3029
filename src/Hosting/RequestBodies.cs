using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Pipeline.Hosting;

/// <summary>
/// Bounds what a request may send, and sees to it that a refusal reaches a client that is still sending. A connection that is closed over bytes
/// nobody has read is reset, and the client meets a broken pipe instead of the answer; so what is left of a body is read and thrown away.
/// </summary>
public static class RequestBodies
{
    // A phone that sends 1 Mbit a second needs a minute and a half for 10 MiB. An idle connection is kept as long, so nobody holds more by this;
    // who sends almost nothing is cut off before by Kestrel's lowest data rate.
    private static readonly TimeSpan Sending = TimeSpan.FromMinutes(2);

    // Who asked first (Expect: 100-continue) and was told no mostly sends nothing. The answer says that the connection closes.
    private static readonly TimeSpan Asking = TimeSpan.FromSeconds(5);

    private const int BufferBytes = 64 * 1024;

    /// <summary>Comes before all that answers.</summary>
    /// <param name="maxBytes">Of a body, unless an endpoint sets another limit by <see cref="IHttpMaxRequestBodySizeFeature"/>.</param>
    public static void UseRequestBodies(this IApplicationBuilder app, long maxBytes) => app.Use(async (context, next) =>
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            await next(context);
            return;
        }

        var body = new BoundedBody(context.Request.Body, context.Request.ContentLength, maxBytes);
        // The server's own limit would hold for what is thrown away as well.
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
        // Later protocols end a request without its connection.
        if (body.IsAtEnd || HttpProtocol.IsHttp2(context.Request.Protocol) || HttpProtocol.IsHttp3(context.Request.Protocol)) return;
        await DrainAsync(context, body.Inner, hasAsked && !body.IsReadOnly ? Asking : Sending);
    });

    private static async Task DrainAsync(HttpContext context, Stream body, TimeSpan longest)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            // The answer first: a client that looks for it while it sends can stop.
            await context.Response.CompleteAsync();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            limit.CancelAfter(longest);
            while (await body.ReadAsync(buffer, limit.Token) > 0) { }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Gone, too slow or too long: it has had its answer.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A body of which no more than the limit can be read.</summary>
    private sealed class BoundedBody(Stream inner, long? announced, long maxBytes) : Stream, IHttpMaxRequestBodySizeFeature
    {
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

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // Refused before a byte of it is wanted, so that who asked first is told no.
            if (announced > _limit) throw TooLarge();
            IsReadOnly = true;
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _read += read;
            if (_read > _limit) throw TooLarge();
            if (read == 0 && buffer.Length > 0) IsAtEnd = true;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read a body asynchronously.");

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private static BadHttpRequestException TooLarge() => new("The body is larger than this address takes.", StatusCodes.Status413PayloadTooLarge);
    }
}
