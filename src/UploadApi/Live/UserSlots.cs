using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Events;

namespace Pipeline.UploadApi.Live;

/// <summary>Counts what each user holds open at this instance.</summary>
internal abstract class UserSlots(IOptions<EventOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string TenantId, string UserId), int> _taken = [];

    public int Most => options.Value.StreamsPerUser;

    /// <returns>Frees the slot when it is disposed; null if the user has all slots already.</returns>
    public IDisposable? TryTake(Caller caller)
    {
        var owner = (caller.TenantId, caller.UserId);
        lock (_gate)
        {
            var taken = _taken.GetValueOrDefault(owner);
            if (taken >= Most) return null;
            _taken[owner] = taken + 1;
            return new Slot(this, owner);
        }
    }

    private void Free((string TenantId, string UserId) owner)
    {
        lock (_gate)
        {
            if (_taken[owner] == 1) _taken.Remove(owner);
            else _taken[owner]--;
        }
    }

    private sealed class Slot(UserSlots slots, (string TenantId, string UserId) owner) : IDisposable
    {
        public void Dispose() => slots.Free(owner);
    }
}

/// <summary>The streams of each user.</summary>
internal sealed class StreamSlots(IOptions<EventOptions> options) : UserSlots(options);

/// <summary>The requests of each user that wait, by <c>Prefer: wait</c>.</summary>
internal sealed class WaitSlots(IOptions<EventOptions> options) : UserSlots(options);
