namespace Pipeline.Assets.Streams;

/// <summary>Keeps the slots in memory, for an API with a single instance.</summary>
public sealed class MemoryStreamSlots : IStreamSlots
{
    private readonly UserSlots _slots = new();

    /// <inheritdoc />
    public ValueTask<IAsyncDisposable?> TryTakeAsync(Caller caller, int most) =>
        ValueTask.FromResult<IAsyncDisposable?>(_slots.TryTake(caller, most) is { } slot ? new Slot(slot) : null);

    private sealed class Slot(IDisposable slot) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            slot.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
