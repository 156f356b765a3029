using Pipeline.Bus.Inspection;
using Pipeline.Contracts;

namespace Pipeline.AllInOne.Embedding;

/// <summary>The bus in memory counts its requests as a whole, and keeps no dead letters: a failed message is only logged, and its row is tried again.</summary>
internal sealed class InMemoryInspector(InMemoryBacklog backlog) : IQueueInspector
{
    public Task<IReadOnlyList<QueueState>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<QueueState>>([new QueueState(QueueNames.Uploads, backlog.Inside, Consumers: 1, IsDeadLetters: false)]);

    public Task<int> TakeAsync(string queue, int most, Func<ReadOnlyMemory<byte>, Task<bool>> handle, CancellationToken cancellationToken) => Task.FromResult(0);
}
