using System.Threading.Channels;
using Pipeline.Assets;

namespace Pipeline.UploadApi.Live;

/// <summary>One stream or waiting request: a bounded queue between the hub and a reader.</summary>
internal sealed class Subscription : IDisposable
{
    /// <summary>Most messages that wait for a reader. The hub never waits: a reader that falls behind by more is cut off.</summary>
    public const int Capacity = 1_024;

    private readonly Channel<EventFrame> _frames = Channel.CreateBounded<EventFrame>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly CancellationTokenSource _cut = new();
    private readonly Action<Subscription> _remove;
    private readonly TimeProvider _time;
    private long _lastSent;

    public Subscription(Caller caller, StreamScope scope, long position, DateTimeOffset expiresAt, Action<Subscription> remove, TimeProvider time)
    {
        (Owner, Scope, Position, ExpiresAt, _remove, _time) = ((caller.TenantId, caller.UserId), scope, position, expiresAt, remove, time);
        CutOff = _cut.Token;
        WasSent();
    }

    public (string TenantId, string UserId) Owner { get; }

    public StreamScope Scope { get; }

    /// <summary>Place in the feed: the frames hold all events after it, and none before.</summary>
    public long Position { get; }

    public DateTimeOffset ExpiresAt { get; }

    /// <summary>Completes when the stream must end.</summary>
    public ChannelReader<EventFrame> Frames => _frames.Reader;

    /// <summary>Ends the writes of a reader that is too slow.</summary>
    public CancellationToken CutOff { get; }

    public TimeSpan Idle => _time.GetElapsedTime(Volatile.Read(ref _lastSent));

    public void WasSent() => Volatile.Write(ref _lastSent, _time.GetTimestamp());

    /// <summary>Hands over a message, or cuts the reader off if its queue is full.</summary>
    public void Offer(EventFrame frame)
    {
        if (_frames.Writer.TryWrite(frame)) return;
        Close();
        _ = _cut.CancelAsync();
    }

    /// <summary>Ends the stream once its queue is empty.</summary>
    public void Close() => _frames.Writer.TryComplete();

    public void Dispose()
    {
        _remove(this);
        _cut.Dispose();
    }
}
