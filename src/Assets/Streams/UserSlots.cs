namespace Pipeline.Assets.Streams;

/// <summary>Counts what each user holds at this instance: streams, or requests that wait.</summary>
public sealed class UserSlots
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string TenantId, string UserId), int> _taken = [];

    /// <param name="caller">Takes the slot.</param>
    /// <param name="most">Slots that the caller may have.</param>
    /// <returns>Frees the slot when it is disposed; null if the caller has all slots already.</returns>
    public IDisposable? TryTake(Caller caller, int most)
    {
        var owner = (caller.TenantId, caller.UserId);
        lock (_gate)
        {
            var taken = _taken.GetValueOrDefault(owner);
            if (taken >= most) return null;
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
