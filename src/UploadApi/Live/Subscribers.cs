using Pipeline.Assets;
using Pipeline.Assets.Events;

namespace Pipeline.UploadApi.Live;

/// <summary>The streams and waiting requests of this instance, and the place in the feed up to which they have heard everything.</summary>
internal sealed class Subscribers(TimeProvider time)
{
    // A comment is due after 15 s without a byte. The hub looks once a second.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(14);

    // Steps of more assets are not shown, and a lost step does no harm.
    private const int MaxInWork = 100_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string TenantId, string UserId), HashSet<Subscription>> _byOwner = [];
    private readonly Dictionary<Guid, ((string TenantId, string UserId) Owner, Guid? BatchId)> _inWork = [];
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isStopped;
    private long _position;

    /// <summary>Place in the feed of the last event that was handed over.</summary>
    public long Position
    {
        get
        {
            lock (_gate)
                return _position;
        }
    }

    /// <summary>Hears all events of the scope from now on, once the hub has started.</summary>
    public async Task<Subscription> AddAsync(Caller caller, StreamScope scope, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        await _started.Task.WaitAsync(cancellationToken);
        lock (_gate)
        {
            var added = new Subscription(caller, scope, _position, expiresAt, Remove, time);
            if (_isStopped) added.Close();
            if (!_byOwner.TryGetValue(added.Owner, out var others)) _byOwner[added.Owner] = others = [];
            others.Add(added);
            return added;
        }
    }

    /// <summary>Ends all streams and lets new ones end at once, because the host stops.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            CloseAll();
        }
    }

    /// <summary>Moves to the end of the feed if no event before it has a reader.</summary>
    /// <returns>False if events must be read first.</returns>
    public bool TryMoveTo(long end)
    {
        lock (_gate)
        {
            // A feed that ends earlier than before was restored from a backup, and events get the same numbers again.
            if (end < _position) CloseAll();
            else if (end > _position && _byOwner.Count > 0) return false;
            _position = end;
            _started.TrySetResult();
            return true;
        }
    }

    /// <summary>Moves past events that were deleted meanwhile.</summary>
    public void MoveTo(long end)
    {
        lock (_gate) _position = end;
    }

    /// <summary>Hands over the next events of the feed to their readers.</summary>
    /// <param name="events">The events after <see cref="Position"/>.</param>
    /// <param name="frames">The messages that are made already, by position.</param>
    /// <returns>The events that have readers and no message; nothing is handed over until there are none.</returns>
    public IReadOnlyList<AssetEvent> TryDeliver(IReadOnlyList<AssetEvent> events, IReadOnlyDictionary<long, EventFrame> frames)
    {
        lock (_gate)
        {
            var missing = events.Where(e => !frames.ContainsKey(e.Position!.Value) && ReadersOf(e).Any()).ToList();
            if (missing.Count > 0) return missing;
            foreach (var line in events)
            {
                if (!frames.TryGetValue(line.Position!.Value, out var frame)) continue;
                Learn(line.AssetId, (line.TenantId, line.OwnerId), line.BatchId, isInWork: !frame.IsLast);
                foreach (var reader in ReadersOf(line)) reader.Offer(frame);
            }

            _position = events[^1].Position!.Value;
            return [];
        }
    }

    /// <summary>Shows the steps of these assets to the caller's streams that include them.</summary>
    public void Learn(Caller caller, IEnumerable<(Guid Id, Guid? BatchId)> inWork)
    {
        lock (_gate)
            foreach (var (id, batchId) in inWork) Learn(id, (caller.TenantId, caller.UserId), batchId, isInWork: true);
    }

    /// <summary>Hands over a message that is not in the feed, about an asset in work.</summary>
    public void Show(Guid assetId, Func<EventFrame> frame)
    {
        lock (_gate)
        {
            if (!_inWork.TryGetValue(assetId, out var asset)) return;
            var readers = ReadersOf(asset.Owner, assetId, asset.BatchId).ToList();
            if (readers.Count == 0) return;
            var shown = frame();
            foreach (var reader in readers) reader.Offer(shown);
        }
    }

    /// <summary>Sends a comment on quiet streams, and ends those whose token has expired.</summary>
    public void Pace(DateTimeOffset now)
    {
        lock (_gate)
        {
            foreach (var reader in _byOwner.Values.SelectMany(readers => readers))
            {
                if (reader.ExpiresAt <= now) reader.Close();
                if (reader.Idle < Quiet) continue;
                reader.Offer(EventFrame.Heartbeat);
                reader.WasSent();
            }
        }
    }

    private IEnumerable<Subscription> ReadersOf(AssetEvent line) => ReadersOf((line.TenantId, line.OwnerId), line.AssetId, line.BatchId);

    private IEnumerable<Subscription> ReadersOf((string TenantId, string UserId) owner, Guid subject, Guid? batchId) =>
        _byOwner.TryGetValue(owner, out var readers) ? readers.Where(r => r.Scope.Includes(subject, batchId)) : [];

    private void Learn(Guid assetId, (string TenantId, string UserId) owner, Guid? batchId, bool isInWork)
    {
        if (!isInWork) _inWork.Remove(assetId);
        else if (_inWork.Count < MaxInWork || _inWork.ContainsKey(assetId)) _inWork[assetId] = (owner, batchId);
    }

    private void CloseAll()
    {
        foreach (var reader in _byOwner.Values.SelectMany(readers => readers)) reader.Close();
    }

    private void Remove(Subscription gone)
    {
        lock (_gate)
        {
            if (!_byOwner.TryGetValue(gone.Owner, out var others) || !others.Remove(gone) || others.Count > 0) return;
            _byOwner.Remove(gone.Owner);

            // The final events of these assets pass without a reader, so nothing else would remove them.
            foreach (var (id, _) in _inWork.Where(asset => asset.Value.Owner == gone.Owner).ToList()) _inWork.Remove(id);
        }
    }
}
