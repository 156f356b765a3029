using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Streams;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Live;

/// <summary>
/// The streams of Server-Sent Events. A stream first hears the hub and then reads the database, so that no event falls between; what it reads
/// ends where the hub begins, so that no event comes twice.
/// </summary>
internal sealed class StreamEndpoint(Subscribers subscribers, IStreamSlots slots, IOptions<EventOptions> options, IServiceScopeFactory scopes)
{
    // Streams end when they like, so there is no better advice.
    private const int RetrySeconds = 10;

    /// <param name="scope">What the stream shows.</param>
    /// <param name="after">The event from which the client resumes; null or empty for the current state.</param>
    /// <param name="http">The request.</param>
    public async Task<IResult> HandleAsync(StreamScope scope, string? after, HttpContext http)
    {
        var caller = http.User.ToCaller();
        var most = options.Value.StreamsPerUser;
        if (await slots.TryTakeAsync(caller, most) is not { } slot) return Problem.TooManyStreams(most).ToResult(RetrySeconds);
        await using (slot) return await OpenAsync(scope, caller, string.IsNullOrEmpty(after) ? null : after, http);
    }

    /// <summary>When the token of this request expires.</summary>
    public static DateTimeOffset TokenEnd(HttpContext http) =>
        http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc ?? throw new InvalidOperationException("A token without an expiry was accepted.");

    private async Task<IResult> OpenAsync(StreamScope scope, Caller caller, string? after, HttpContext http)
    {
        var stream = new StreamResponse(http);
        var (exists, last) = await OnceAsync(async reads => (
            await reads.ExistsAsync(caller, scope, http.RequestAborted), after is null ? null : await reads.FindAsync(caller, after, http.RequestAborted)));
        if (!exists) return Problem.NotFound().ToResult();

        // The hub would hold all events of this time for a reader that is still far behind.
        var cursor = last?.Position;
        for (var isBehind = true; isBehind && cursor is { } from;)
        {
            var page = await ReplayAsync(stream, scope, caller, from, subscribers.Position, http.RequestAborted);
            (cursor, isBehind) = (page.Position, page.IsFull);
        }

        using var subscription = await subscribers.AddAsync(caller, scope, TokenEnd(http), http.RequestAborted);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, subscription.CutOff);
        try
        {
            var end = cursor is { } reached
                ? await CatchUpAsync(stream, caller, last?.Last, reached, subscription, ends.Token)
                : await ShowStateAsync(stream, caller, isReturn: after is not null, subscription, ends.Token);
            if (!stream.HasBegun) return Results.NoContent();
            if (end.IsOver) await stream.WriteAsync(EventFrame.End, ends.Token);
            else await FollowAsync(stream, subscription, end.Newest, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client left, or it reads too slowly. It resumes after the last event that it has read.
        }

        if (subscription.CutOff.IsCancellationRequested) http.Abort();
        return Results.Empty;
    }

    /// <summary>Sends the events that the client lacks up to the place where the hub begins. Sends nothing if there are none and none follow.</summary>
    private async Task<StreamEnd> CatchUpAsync(
        StreamResponse stream, Caller caller, AssetEvent? last, long reached, Subscription subscription, CancellationToken cancellationToken)
    {
        if (last is not null && EventType.Of(last.Kind) is EventType.Queued or EventType.Processing) subscribers.Learn(caller, [(last.AssetId, last.BatchId)]);
        for (Page page; (page = await ReplayAsync(stream, subscription.Scope, caller, reached, subscription.Position, cancellationToken)).IsFull;) reached = page.Position;
        var end = await OnceAsync(reads => reads.EndAsync(caller, subscription.Scope, subscription.Position, cancellationToken));
        if (!end.IsOver) await stream.BeginAsync(cancellationToken);
        return end;
    }

    private async Task<StreamEnd> ShowStateAsync(StreamResponse stream, Caller caller, bool isReturn, Subscription subscription, CancellationToken cancellationToken)
    {
        var start = await OnceAsync(services => services.GetRequiredService<CurrentState>().ReadAsync(caller, subscription.Scope, subscription.Position, cancellationToken));
        subscribers.Learn(caller, start.InWork);
        await stream.BeginAsync(cancellationToken);
        if (isReturn) await stream.WriteAsync(EventFrame.Reset, cancellationToken);
        foreach (var frame in start.Frames) await stream.WriteAsync(frame, cancellationToken);
        return start.End;
    }

    private async Task<Page> ReplayAsync(StreamResponse stream, StreamScope scope, Caller caller, long after, long upTo, CancellationToken cancellationToken)
    {
        var page = await OnceAsync(reads => reads.PageAsync(caller, scope, after, upTo, cancellationToken));
        if (page.Count == 0) return new Page(after, IsFull: false);
        await stream.BeginAsync(cancellationToken);
        foreach (var document in page) await stream.WriteAsync(EventFrame.Of(document), cancellationToken);
        return new Page(page[^1].Source.Position!.Value, page.Count == StreamReads.PageSize);
    }

    private static async Task FollowAsync(StreamResponse stream, Subscription subscription, int newest, CancellationToken cancellationToken)
    {
        subscription.WasSent();
        await foreach (var frame in subscription.Frames.ReadAllAsync(cancellationToken))
        {
            await stream.WriteAsync(frame, cancellationToken);
            subscription.WasSent();
            if (!frame.IsLast || frame.Subject != subscription.Scope.Id || frame.Sequence < newest) continue;
            await stream.WriteAsync(EventFrame.End, cancellationToken);
            return;
        }
    }

    private Task<T> OnceAsync<T>(Func<StreamReads, Task<T>> read) => OnceAsync((IServiceProvider services) => read(services.GetRequiredService<StreamReads>()));

    // Each read has a context of its own, so that an open stream holds none.
    private async Task<T> OnceAsync<T>(Func<IServiceProvider, Task<T>> read)
    {
        await using var services = scopes.CreateAsyncScope();
        return await read(services.ServiceProvider);
    }

    private readonly record struct Page(long Position, bool IsFull);
}
