namespace Pipeline.Client;

/// <summary>Polls an asset until it is finished: often at first, since most photos take less than a second, then once a second.</summary>
internal sealed class AssetWaiter(ApiClient api, RequestLimits limits, TimeProvider time, TimeProvider waitTime)
{
    /// <param name="id">The asset.</param>
    /// <param name="revision">The revision of the run to wait for; 0 for the latest.</param>
    /// <param name="delays">The longest wait; after it, the result holds the last answer, if any.</param>
    /// <param name="show">Called with each answer.</param>
    /// <param name="cancellationToken">Ends the wait with an exception.</param>
    public async Task<Waited> WaitAsync(string id, int revision, TimeSpan delays, Action<Answer<Asset>> show, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(delays, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        Answer<Asset>? seen = null;
        try
        {
            for (var pause = limits.FirstPoll; ; pause = Longer(pause))
            {
                seen = await api.GetAssetAsync(id, either.Token);
                show(seen);
                if (seen.Value.HasFinished(revision)) return new Waited(seen, Finished: true);
                await Task.Delay(pause, waitTime, either.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new Waited(seen, Finished: false);
        }
    }

    private TimeSpan Longer(TimeSpan pause) => pause * 1.5 < limits.LongestPoll ? pause * 1.5 : limits.LongestPoll;
}

/// <summary>The result of a wait.</summary>
/// <param name="Last">The last answer; null only if the time was up before the first.</param>
/// <param name="Finished">Whether the asset is finished.</param>
internal sealed record Waited(Answer<Asset>? Last, bool Finished);
