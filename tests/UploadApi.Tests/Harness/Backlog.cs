using Pipeline.Assets.Dispatch;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>Queue lengths that a test sets; 0 by default.</summary>
internal sealed class Backlog : IBacklog
{
    public HashSet<string> Waiting { get; } = new(StringComparer.Ordinal);

    /// <summary>The bus does not answer.</summary>
    public bool IsAway { get; set; }

    /// <summary>Number of queries.</summary>
    public int Asked { get; private set; }

    public Task<IReadOnlySet<string>?> EmptyAsync(IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        Asked++;
        return Task.FromResult<IReadOnlySet<string>?>(IsAway ? null : queues.Except(Waiting, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal));
    }
}
