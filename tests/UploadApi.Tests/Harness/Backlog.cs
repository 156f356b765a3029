using Pipeline.UploadApi.Dispatch;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>A bus of which a test says what waits in it; nothing unless told otherwise.</summary>
internal sealed class Backlog : IBacklog
{
    public HashSet<string> Waiting { get; } = new(StringComparer.Ordinal);

    public Task<IReadOnlySet<string>> EmptyAsync(IEnumerable<string> queues, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlySet<string>>(queues.Except(Waiting, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal));
}
