namespace Pipeline.Processor.Messaging;

/// <summary>
/// Runs a suspect request alone in its worker: work in progress finishes first, other work starts after it. So no other request can crash an
/// innocent suspect, and a suspect that crashes the worker takes no other request with it.
/// </summary>
/// <param name="places">How many other requests can run at once.</param>
internal sealed class ExclusiveGate(int places) : IDisposable
{
    private readonly SemaphoreSlim _places = new(places);
    private readonly SemaphoreSlim _suspect = new(1);

    /// <summary>Enters beside other work; dispose the result to leave.</summary>
    public async Task<IDisposable> EnterSharedAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        return new Stay(() => _places.Release());
    }

    /// <summary>Enters alone, for a suspect; dispose the result to leave.</summary>
    public async Task<IDisposable> EnterExclusiveAsync(CancellationToken cancellationToken)
    {
        // One suspect at a time: two that each held some of the places would deadlock.
        await _suspect.WaitAsync(cancellationToken);
        var taken = 0;
        try
        {
            for (; taken < places; taken++) await _places.WaitAsync(cancellationToken);
            return new Stay(() => Leave(taken));
        }
        catch
        {
            Leave(taken);
            throw;
        }
    }

    public void Dispose()
    {
        _places.Dispose();
        _suspect.Dispose();
    }

    private void Leave(int taken)
    {
        if (taken > 0) _places.Release(taken);
        _suspect.Release();
    }

    private sealed class Stay(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
