using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Api;

/// <summary>Looks at an asset until nothing more happens to it: often at first, as most photos take less than a second, then each second.</summary>
sealed class AssetWaiter(ApiClient api, CliEnvironment around, Deadlines deadlines)
{
    /// <param name="id">The asset.</param>
    /// <param name="revision">The run that is waited for; 0 for whichever is the last.</param>
    /// <param name="patience">After this the answer is the last that was seen, which may be none.</param>
    /// <param name="show">Told of each look.</param>
    /// <param name="stop">Ends the wait with an exception.</param>
    public async Task<Waited> WaitAsync(string id, int revision, TimeSpan patience, Action<Answer<Asset>> show, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, around.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        Answer<Asset>? seen = null;
        try
        {
            for (var pause = deadlines.FirstPoll; ; pause = Longer(pause))
            {
                seen = await api.GetAssetAsync(id, either.Token);
                show(seen);
                if (seen.Value.HasFinished(revision)) return new Waited(seen, Finished: true);
                await around.Wait(pause, either.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new Waited(seen, Finished: false);
        }
    }

    private TimeSpan Longer(TimeSpan pause) => pause * 1.5 < deadlines.LongestPoll ? pause * 1.5 : deadlines.LongestPoll;
}

/// <summary>How a wait ended.</summary>
/// <param name="Last">What was seen last; null only if time was up before the first answer.</param>
/// <param name="Finished">Whether that is the end of it.</param>
sealed record Waited(Answer<Asset>? Last, bool Finished);
