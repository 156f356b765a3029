namespace Pipeline.Cli.Capacity;

/// <summary>What docs/performance.md says that an upload costs, for machines that were not measured.</summary>
static class ReferenceRates
{
    public static CapacityRates All { get; } = new(
        "docs/performance.md",
        Worker: new Line(0, 0),
        Scanner: new Line(0, 0),
        Api: new Line(0),
        Database: new Line(0),
        Broker: new Line(0),
        Commits: new Line(0),
        WalBytes: new Line(0),
        Messages: new Line(0),
        ClassA: new Line(0),
        ClassB: new Line(0),
        OriginalBytes: new Line(0, 0),
        VariantBytes: new Line(0, 0));
}
