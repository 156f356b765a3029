using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Overview;
using Pipeline.Assets.Streams;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Live;

namespace Pipeline.UploadApi.Overview;

/// <summary>The overview as a stream: the whole document each few seconds, until the token expires. Streams of one tenant share what one of them has read.</summary>
internal sealed class OverviewStream(IStreamSlots slots, IOptions<EventOptions> options, IServiceScopeFactory scopes, IHostApplicationLifetime host, TimeProvider time)
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private const int RetrySeconds = 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DateTimeOffset At, Task<EventFrame> Frame)> _last = new(StringComparer.Ordinal);

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var caller = http.User.ToCaller();
        var most = options.Value.StreamsPerUser;
        if (await slots.TryTakeAsync(caller, most) is not { } slot) return Problem.TooManyStreams(most).ToResult(RetrySeconds);
        await using (slot)
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
            var (stream, end) = (new StreamResponse(http), StreamEndpoint.TokenEnd(http));
            try
            {
                await stream.BeginAsync(ends.Token);
                while (time.GetUtcNow() < end)
                {
                    await stream.WriteAsync(await FrameAsync(caller), ends.Token);
                    await Task.Delay(Interval, time, ends.Token);
                }
            }
            catch (OperationCanceledException) when (ends.IsCancellationRequested)
            {
                // The client left, or the host stops.
            }
        }

        return Results.Empty;
    }

    private Task<EventFrame> FrameAsync(Caller caller)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            foreach (var old in _last.Where(one => now - one.Value.At >= Interval || one.Value.Frame.IsFaulted).Select(one => one.Key).ToList()) _last.Remove(old);
            if (_last.TryGetValue(caller.TenantId, out var last)) return last.Frame;
            var frame = Task.Run(() => ReadAsync(caller));
            _last[caller.TenantId] = (now, frame);
            return frame;
        }
    }

    // For all streams of the tenant, so no single one of them can cancel it.
    private async Task<EventFrame> ReadAsync(Caller caller)
    {
        await using var scope = scopes.CreateAsyncScope();
        var view = await scope.ServiceProvider.GetRequiredService<OverviewReader>().ReadAsync(caller, CancellationToken.None);
        return new EventFrame([.. "event: overview\ndata: "u8, .. JsonSerializer.SerializeToUtf8Bytes(view, EventDocuments.Json), .. "\n\n"u8]);
    }
}
