namespace Pipeline.Hosting.Telemetry;

/// <summary>
/// The categories of the log whose exceptions are reported, by their beginnings. Exceptions of other libraries reach code that handles them, or that logs
/// them with the asset and the code of the failure.
/// </summary>
public sealed class ReportedCategories
{
    private readonly List<string> _beginnings = ["Pipeline.", "Quartz", "Microsoft.AspNetCore.Server.", "Microsoft.Extensions.Hosting."];

    public void Add(string beginning) => _beginnings.Add(beginning);

    public bool Include(string category) => _beginnings.Exists(beginning => category.StartsWith(beginning, StringComparison.Ordinal));
}
