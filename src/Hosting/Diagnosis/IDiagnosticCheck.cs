namespace Pipeline.Hosting.Diagnosis;

/// <summary>Checks one thing that an operator has to set up. It repairs nothing, and removes what it wrote.</summary>
public interface IDiagnosticCheck
{
    /// <summary>The name of its findings, if it does not end by itself.</summary>
    string Name { get; }

    /// <summary>Runs the check. An exception counts as a failure of which only the log has the details.</summary>
    Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken);
}

/// <summary>The result of a check.</summary>
/// <param name="Check">The name of the check, in a few words.</param>
/// <param name="Status">The result.</param>
/// <param name="Detail">A sentence for the operator, without secrets.</param>
/// <param name="Fix">What to do; null if nothing is to be done.</param>
/// <param name="Age">The age that the check measured; null if it measured none.</param>
public sealed record Finding(string Check, FindingStatus Status, string Detail, string? Fix = null, TimeSpan? Age = null)
{
    public static Finding Ok(string check, string detail) => new(check, FindingStatus.Ok, detail);

    public static Finding Skipped(string check, string detail) => new(check, FindingStatus.Skipped, detail);

    public static Finding Warn(string check, string detail, string fix) => new(check, FindingStatus.Warn, detail, fix);

    public static Finding Fail(string check, string detail, string fix) => new(check, FindingStatus.Fail, detail, fix);
}

/// <summary>How serious a finding is, the least first.</summary>
public enum FindingStatus
{
    /// <summary>It was checked and is right.</summary>
    Ok,

    /// <summary>It does not apply, or cannot be checked from here.</summary>
    Skipped,

    /// <summary>It works, and needs attention.</summary>
    Warn,

    /// <summary>It does not work, or is unsafe.</summary>
    Fail,
}
