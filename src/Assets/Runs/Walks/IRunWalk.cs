namespace Pipeline.Assets.Runs.Walks;

/// <summary>
/// The work of a kind of run that walks objects of the store, or rows, in place of starting revisions. It goes page by page; the run's row keeps the
/// position, so any instance goes on with it. Register it as a scoped service, and its kind in <see cref="RunKind.Walks"/>.
/// </summary>
public interface IRunWalk
{
    /// <summary>One of <see cref="RunKind.Walks"/>.</summary>
    string Kind { get; }

    /// <summary>Whether the run waits while an upload has waited for too long: it needs workers or much bandwidth.</summary>
    bool Yields => true;

    /// <summary>What the run would do. <see cref="RunPlan.Assets"/> counts what the run looks at, and may be an estimate.</summary>
    Task<RunPlan> PlanAsync(RunRequest request, CancellationToken cancellationToken);

    /// <summary>Why the run cannot be applied now; null if it can.</summary>
    Task<WalkRefusal?> RefusalAsync(Run run, CancellationToken cancellationToken) => Task.FromResult<WalkRefusal?>(null);

    /// <summary>
    /// Does the next page. It may be called again with the same position after a crash, so what it does outside of the database must be repeatable.
    /// An exception leaves the position as it is; the next sweep tries again.
    /// </summary>
    Task<WalkPage> NextAsync(WalkTurn turn, CancellationToken cancellationToken);
}

/// <param name="Code">The code of the problem, for status 409.</param>
/// <param name="Because">A sentence for the operator.</param>
public sealed record WalkRefusal(string Code, string Because);

/// <summary>The kinds of walks of this host.</summary>
public sealed class RunWalks(IEnumerable<IRunWalk> walks)
{
    private readonly Dictionary<string, IRunWalk> _byKind = walks.ToDictionary(walk => walk.Kind, StringComparer.Ordinal);

    /// <summary>Null for a kind that starts revisions.</summary>
    public IRunWalk? Of(string kind) => _byKind.GetValueOrDefault(kind);
}
