using System.Collections.Concurrent;
using System.Security.Cryptography;
using Pipeline.Chaos;
using Person = Pipeline.Chaos.Client;

namespace Pipeline.Operations;

/// <summary>A file whose confirm was answered with 202.</summary>
/// <param name="Sha256">The hash of its bytes, no two of which are the same.</param>
/// <param name="At">When the answer was there.</param>
internal sealed record Upload(Guid Id, string Sha256, DateTimeOffset At);

/// <summary>An asset whose deletion was answered with 204.</summary>
internal sealed record Erasure(Guid Id, DateTimeOffset At);

/// <summary>People who upload without a pause, and now and then delete one of their photos.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private static readonly TimeSpan BetweenErasures = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<Upload> _uploads = new();
    private readonly ConcurrentQueue<Erasure> _erasures = new();
    private readonly ConcurrentQueue<string> _refusals = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _tasks = [];
    private volatile bool _ending;

    private Crowd() { }

    public IReadOnlyCollection<Upload> Uploads => [.. _uploads];

    public IReadOnlyCollection<Erasure> Erasures => [.. _erasures];

    /// <summary>What clients that repeat a request after an outage could not repair.</summary>
    public IReadOnlyCollection<string> Refusals => [.. _refusals];

    /// <param name="people">How many upload at once.</param>
    /// <param name="client">A client of any of the APIs.</param>
    /// <param name="erase">Whether somebody deletes photos.</param>
    /// <param name="breath">How long each waits after an upload.</param>
    public static Crowd Start(int people, Func<Person> client, bool erase, TimeSpan breath = default)
    {
        var crowd = new Crowd();
        for (var i = 0; i < people; i++) crowd._tasks.Add(Task.Run(() => crowd.RepeatAsync(client, crowd.UploadAsync, breath)));
        if (erase) crowd._tasks.Add(Task.Run(() => crowd.RepeatAsync(client, crowd.EraseAsync, BetweenErasures)));
        return crowd;
    }

    /// <summary>The photo with a comment that no other has.</summary>
    public static byte[] OwnBytes()
    {
        var photo = Photo.Bytes;
        var comment = RandomNumberGenerator.GetBytes(16);
        return [.. photo[..2], 0xFF, 0xFE, 0, (byte)(comment.Length + 2), .. comment, .. photo[2..]];
    }

    /// <summary>Nobody begins anything more; requests without an answer are abandoned.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_tasks);
        _tasks.Clear();
    }

    /// <summary>Nobody begins anything more; what was begun is brought to its end.</summary>
    public async Task EndAsync()
    {
        _ending = true;
        await Task.WhenAll(_tasks);
        _tasks.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RepeatAsync(Func<Person> client, Func<Person, Task> act, TimeSpan pause)
    {
        while (!_ending && !_stop.IsCancellationRequested)
        {
            try
            {
                using var one = client();
                await act(one);
                await Task.Delay(pause, _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is ChaosException or TimeoutException or HttpRequestException or TaskCanceledException)
            {
                _refusals.Enqueue(e.Message);
            }
        }
    }

    private async Task UploadAsync(Person client)
    {
        var bytes = OwnBytes();
        var id = await client.UploadAsync(_stop.Token, bytes);
        _uploads.Enqueue(new Upload(id, Convert.ToHexStringLower(SHA256.HashData(bytes)), TimeProvider.System.GetUtcNow()));
    }

    private async Task EraseAsync(Person client)
    {
        var gone = _erasures.Select(erasure => erasure.Id).ToHashSet();
        if (_uploads.Where(upload => !gone.Contains(upload.Id)).ToArray() is not { Length: > 3 } there) return;
        var chosen = there[RandomNumberGenerator.GetInt32(there.Length)].Id;
        await client.DeleteAsync(chosen, _stop.Token);
        _erasures.Enqueue(new Erasure(chosen, TimeProvider.System.GetUtcNow()));
    }
}
