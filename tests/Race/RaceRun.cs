using System.Collections.Concurrent;

namespace Pipeline.Race;

/// <summary>Many races on the same servers, several at a time.</summary>
internal sealed class RaceRun(Track track, int seed) : IDisposable
{
    private const int AtOnce = 8;

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(1) };
    private readonly Judge _judge = new(track.Areas);
    private readonly ConcurrentDictionary<Guid, bool> _isReady = new();
    private double _usualSeconds = 0.2;

    /// <summary>Number of races for each outcome.</summary>
    public ConcurrentDictionary<string, int> Endings { get; } = new(StringComparer.Ordinal);

    /// <summary>Faults; empty after a good run.</summary>
    public ConcurrentQueue<string> Faults { get; } = [];

    public int Run => Endings.Values.Sum();

    /// <summary>Runs the races from <paramref name="from"/> up to <paramref name="to"/>, exclusive.</summary>
    public Task RunAsync(int from, int to, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(from, to - from),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (index, cancelled) => await RaceAsync(Plan.Of(seed, index), cancelled));

    /// <summary>Checks all objects that the races have left in the store.</summary>
    public async Task AuditAsync(CancellationToken cancellationToken)
    {
        foreach (var fault in await _judge.AuditAsync(_isReady, cancellationToken)) Faults.Enqueue(fault);
    }

    public void Dispose() => _http.Dispose();

    private async Task RaceAsync(Plan plan, CancellationToken cancellationToken)
    {
        try
        {
            var (id, asset) = await new Racer(track, _http).RunAsync(plan, TimeSpan.FromSeconds(plan.Moment * Volatile.Read(ref _usualSeconds)), cancellationToken);
            if (asset.ReadyAt - asset.ConfirmedAt is { } took) Volatile.Write(ref _usualSeconds, (0.9 * _usualSeconds) + (0.1 * took.TotalSeconds));
            _isReady[id] = asset.Status == "ready";
            var (ending, faults) = await _judge.JudgeAsync(plan, id, asset, cancellationToken);
            Endings.AddOrUpdate(ending, 1, (_, n) => n + 1);
            foreach (var fault in faults) Faults.Enqueue($"race {plan.Index}, asset {id}: {fault}");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Faults.Enqueue($"race {plan.Index}: {e.GetType().Name}: {e.Message}");
        }
    }
}
