namespace Pipeline.EndToEnd.Production;

/// <summary>Tests that take away what others need, or that need the queues for themselves: they run after all others, one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultTests
{
    public const string Name = "faults";
}
