namespace Pipeline.EndToEnd.Production;

/// <summary>Tests that stop a server that all others need: they run after all others, one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultTests
{
    public const string Name = "faults";
}
