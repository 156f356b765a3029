namespace Pipeline.Client;

/// <summary>Confirms uploads: those that arrive while a request runs share the next one, so that no file waits for a group to fill.</summary>
internal sealed class ConfirmQueue(ApiClient api) : IDisposable
{
    /// <summary>What the server accepts in one request.</summary>
    private const int MostIds = 100;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _lock = new();
    private readonly List<Waiting> _waiting = [];

    /// <returns>The status of the asset.</returns>
    public async Task<string> ConfirmAsync(string id, CancellationToken cancellationToken)
    {
        var own = new Waiting(id);
        lock (_lock) _waiting.Add(own);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!own.IsAnswered) await RequestAsync(TakeWith(own), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }

        // A file that was not confirmed with the others gets the reason, or the wait that helps, from a request of its own.
        return own.Status ?? (await api.ConfirmAsync(id, cancellationToken)).Status;
    }

    public void Dispose() => _turn.Dispose();

    private List<Waiting> TakeWith(Waiting own)
    {
        lock (_lock)
        {
            _waiting.Remove(own);
            List<Waiting> group = [own, .. _waiting.Take(MostIds - 1)];
            _waiting.RemoveAll(group.Contains);
            return group;
        }
    }

    private async Task RequestAsync(List<Waiting> group, CancellationToken cancellationToken)
    {
        if (group is [var single])
        {
            single.Status = (await api.ConfirmAsync(single.Id, cancellationToken)).Status;
            return;
        }

        var confirmed = await api.ConfirmAsync([.. group.Select(one => one.Id)], cancellationToken);
        foreach (var one in group) (one.Status, one.IsAnswered) = (confirmed.GetValueOrDefault(one.Id), true);
    }

    private sealed class Waiting(string id)
    {
        public string Id { get; } = id;

        public bool IsAnswered { get; set; }

        /// <summary>Null if the upload was not confirmed.</summary>
        public string? Status { get; set; }
    }
}
