namespace Pipeline.Assets.Overview;

/// <summary>How something that the pipeline needs was at the last count.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">One of the constants.</param>
/// <param name="Since">Since when it is so.</param>
/// <param name="Detail">A sentence; null if there is nothing to say.</param>
/// <param name="Fix">What to do; null if nothing is to be done.</param>
/// <param name="AgeSeconds">The age of the scanner's signatures; null for all others.</param>
public sealed record DependencyState(string Name, string Status, DateTimeOffset Since, string? Detail = null, string? Fix = null, long? AgeSeconds = null)
{
    public const string Ok = "ok";
    public const string Warn = "warn";
    public const string Fail = "fail";

    public const string Signatures = "scanner signatures";
}
