namespace Pipeline.Cli.Output;

/// <summary>Formats amounts for people.</summary>
static class ReadableAmount
{
    private const double Kilo = 1000;
    private const double Mega = 1_000_000;

    public static string Bytes(long bytes) => bytes switch
    {
        < (long)Kilo => $"{bytes} B",
        < (long)Mega => $"{bytes / Kilo:0.0} kB",
        _ => $"{bytes / Mega:0.0} MB",
    };
}
