using Pipeline.Bus.Inspection;
using Pipeline.Contracts;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>The queues of work and one of dead letters, whose letters a test adds.</summary>
internal sealed class FakeQueues : IQueueInspector
{
    public const string Errors = $"{QueueNames.Outcomes}_error";

    public List<byte[]> Letters { get; } = [];

    /// <summary>The broker's user may not read the letters.</summary>
    public bool IsLocked { get; set; }

    public Task<IReadOnlyList<QueueState>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<QueueState>>(
    [
        new QueueState(QueueNames.Uploads, 1, 2, IsDeadLetters: false),
        new QueueState(QueueNames.Reprocess, 0, 2, IsDeadLetters: false),
        new QueueState(QueueNames.Outcomes, 0, 1, IsDeadLetters: false),
        new QueueState(Errors, Letters.Count, 0, IsDeadLetters: true),
    ]);

    public async Task<int> TakeAsync(string queue, int most, Func<ReadOnlyMemory<byte>, Task<bool>> handle, CancellationToken cancellationToken)
    {
        if (IsLocked) throw new UnauthorizedAccessException();
        var taken = Letters.Take(most).ToList();
        foreach (var letter in taken)
            if (await handle(letter)) Letters.Remove(letter);
        return taken.Count;
    }
}
