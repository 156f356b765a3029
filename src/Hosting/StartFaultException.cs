namespace Pipeline.Hosting;

/// <summary>Exit codes of a process that could not start, as in sysexits.h.</summary>
public enum StartExit
{
    /// <summary>EX_SOFTWARE: an unexpected fault.</summary>
    Unexpected = 70,

    /// <summary>EX_TEMPFAIL: a dependency is temporarily unavailable; a later start may succeed.</summary>
    Away = 75,

    /// <summary>EX_CONFIG: somebody must fix a setting or the environment first.</summary>
    Misconfigured = 78,
}

/// <summary>
/// A known fault prevents the start. Each fault is one line: the configuration key, what is wrong, what to do. Never a secret.
/// </summary>
public class StartFaultException(StartExit exit, params IReadOnlyList<string> faults) : Exception(string.Join(' ', faults))
{
    public StartExit Exit { get; } = exit;

    public IReadOnlyList<string> Faults { get; } = faults;
}
