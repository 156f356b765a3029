namespace Pipeline.Cli.Capacity;

/// <summary>The rates of docs/performance.md, section "What an upload costs", for machines that were not measured.</summary>
static class ReferenceRates
{
    public static CapacityRates All { get; } = new(
        "docs/performance.md",
        Worker: new Line(0.585, 0.0013),
        Scanner: new Line(0.012, 0.0005),
        Api: new Line(0.037),
        Database: new Line(0.012),
        Broker: new Line(0.006),
        WalBytes: new Line(33_100, 252),
        Messages: new Line(7.1),
        ClassA: new Line(11),
        ClassB: new Line(13.2),
        OriginalBytes: new Line(43_200, 127_900),
        VariantBytes: new Line(873_700));
}
