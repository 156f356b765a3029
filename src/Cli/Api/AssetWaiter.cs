using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Api;

/// <summary>Polls an asset until it is finished: often at first, since most photos take less than a second, then once a second.</summary>
sealed class AssetWaiter(ApiClient api, CliEnvironment environment, Deadlines deadlines)
{
    /// <param name="id">The asset.</param>
    /// <param name="revision">The revision of the run to wait for; 0 for the latest.</param>
    /// <param name="delays">The longest wait; after it, the result holds the last answer, if any.</param>
    /// <param name="show">Called with each answer.</param>
    /// <param name="cancellationToken">Ends the wait with an exception.</param>
    public async Task<Waited> WaitAsync(string id, int revision, TimeSpan delays, Action<Answer<Asset>> show, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(delays, environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        Answer<Asset>? seen = null;
        try
        {
            for (var pause = deadlines.FirstPoll; ; pause = Longer(pause))
            {
                seen = await api.GetAssetAsync(id, either.Token);
                show(seen);
                if (seen.Value.HasFinished(revision)) return new Waited(seen, Finished: true);
                await Task.Delay(pause, environment.WaitTime, either.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new Waited(seen, Finished: false);
        }
    }

    private TimeSpan Longer(TimeSpan pause) => pause * 1.5 < deadlines.LongestPoll ? pause * 1.5 : deadlines.LongestPoll;
}

/// <summary>The result of a wait.</summary>
/// <param name="Last">The last answer; null only if the time was up before the first.</param>
/// <param name="Finished">Whether the asset is finished.</param>
sealed record Waited(Answer<Asset>? Last, bool Finished);
