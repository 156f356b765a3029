using Pipeline.Assets.Dispatch;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>A bus of which a test says what waits in it; nothing unless told otherwise.</summary>
internal sealed class Backlog : IBacklog
{
    public HashSet<string> Waiting { get; } = new(StringComparer.Ordinal);

    /// <summary>The bus does not answer.</summary>
    public bool IsAway { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public Task<IReadOnlySet<string>?> EmptyAsync(IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        Asked++;
        return Task.FromResult<IReadOnlySet<string>?>(IsAway ? null : queues.Except(Waiting, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal));
    }
}
