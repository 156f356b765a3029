namespace Pipeline.Assets.Webhooks;

/// <summary>
/// The requests that this instance has in flight. A request that takes long moves from the places of quick requests to those of slow ones, so
/// webhooks that hang never take the places of webhooks that answer. Each webhook has its own few places, and only one until it has answered
/// in time. All webhooks of an owner share a part of the places.
/// </summary>
internal sealed class SendSlots(int most, int perWebhook)
{
    /// <summary>A request that takes longer is slow.</summary>
    public static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(1);

    private const int SlowShare = 16;

    // Above this number of webhooks all are forgotten: then each begins with one place again.
    private const int MostRemembered = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, int> _byWebhook = [];
    private readonly Dictionary<Guid, bool> _wasSlow = [];
    private readonly Pool _quick = new(most, Math.Max(perWebhook, most / 4));

    // A request that waits costs little, so there are enough places for all webhooks of an owner, each with one request that hangs.
    private readonly Pool _slow = new(most * SlowShare, Webhook.MaxPerOwner + perWebhook);

    public bool IsFull
    {
        get { lock (_lock) return _quick.IsFull; }
    }

    /// <summary>Webhooks that have no place left.</summary>
    public IReadOnlyCollection<Guid> FullWebhooks
    {
        get { lock (_lock) return [.. _byWebhook.Where(w => w.Value >= PlacesOf(w.Key)).Select(w => w.Key)]; }
    }

    /// <summary>The places that this webhook could take now.</summary>
    public int FreeFor(Webhook webhook)
    {
        lock (_lock)
        {
            var places = webhook.FailingSince is null ? PlacesOf(webhook.Id) : 1;
            var free = Math.Min(places - _byWebhook.GetValueOrDefault(webhook.Id), PoolOf(webhook).FreeFor(webhook));

            // One that has not answered yet may hang, so a slow request must find a place, too.
            if (!_wasSlow.ContainsKey(webhook.Id)) free = Math.Min(free, _slow.FreeFor(webhook));
            return Math.Max(0, free);
        }
    }

    /// <summary>Takes a place until the result is disposed.</summary>
    public SendPlace Take(Webhook webhook)
    {
        lock (_lock)
        {
            var pool = PoolOf(webhook);
            Add(_byWebhook, webhook.Id, 1);
            pool.Count(webhook, 1);
            return new SendPlace(this, webhook, pool == _slow);
        }
    }

    internal void MoveToSlow(Webhook webhook)
    {
        lock (_lock)
        {
            _quick.Count(webhook, -1);
            _slow.Count(webhook, 1);
        }
    }

    internal void Leave(Webhook webhook, bool isInSlow, bool wasSlow)
    {
        lock (_lock)
        {
            (isInSlow ? _slow : _quick).Count(webhook, -1);
            Add(_byWebhook, webhook.Id, -1);
            if (_wasSlow.Count >= MostRemembered) _wasSlow.Clear();
            _wasSlow[webhook.Id] = wasSlow;
        }
    }

    private static void Add<T>(Dictionary<T, int> counts, T key, int by)
        where T : notnull
    {
        var count = counts.GetValueOrDefault(key) + by;
        if (count == 0) counts.Remove(key);
        else counts[key] = count;
    }

    private int PlacesOf(Guid webhook) => _wasSlow.ContainsKey(webhook) ? perWebhook : 1;

    private Pool PoolOf(Webhook webhook) => webhook.FailingSince is not null || _wasSlow.GetValueOrDefault(webhook.Id) ? _slow : _quick;

    private sealed class Pool(int most, int perOwner)
    {
        private readonly Dictionary<(string, string), int> _byOwner = [];
        private int _all;

        public bool IsFull => _all >= most;

        public int FreeFor(Webhook webhook) => Math.Min(most - _all, perOwner - _byOwner.GetValueOrDefault(Owner(webhook)));

        public void Count(Webhook webhook, int by)
        {
            _all += by;
            Add(_byOwner, Owner(webhook), by);
        }

        private static (string, string) Owner(Webhook webhook) => (webhook.TenantId, webhook.OwnerId);
    }
}

/// <summary>The place of one request.</summary>
internal sealed class SendPlace(SendSlots slots, Webhook webhook, bool isInSlow) : IDisposable
{
    private readonly Lock _lock = new();
    private bool _isInSlow = isInSlow;
    private bool _isLate;
    private bool _isDisposed;

    /// <summary>The request takes long: its place is free for a quick one.</summary>
    public void TurnSlow()
    {
        lock (_lock)
        {
            if (_isDisposed || _isLate) return;
            _isLate = true;
            if (_isInSlow) return;
            _isInSlow = true;
            slots.MoveToSlow(webhook);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            slots.Leave(webhook, _isInSlow, _isLate);
        }
    }
}
