namespace Pipeline.Processor.Messaging;

/// <summary>
/// Lets a suspect be alone in its worker: begun work comes to its end first, other work begins after it. So a suspect that is innocent is not
/// killed by a neighbour, and one that kills takes nobody with it.
/// </summary>
/// <param name="places">How much else can be in work at once.</param>
internal sealed class ExclusiveGate(int places) : IDisposable
{
    private readonly SemaphoreSlim _places = new(places);
    private readonly SemaphoreSlim _suspect = new(1);

    /// <summary>For work that minds no company; ended by disposing what is returned.</summary>
    public async Task<IDisposable> InCompanyAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        return new Stay(() => _places.Release());
    }

    /// <summary>For a suspect; ended by disposing what is returned.</summary>
    public async Task<IDisposable> AloneAsync(CancellationToken cancellationToken)
    {
        // Two that each had some of the places would wait for each other.
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
