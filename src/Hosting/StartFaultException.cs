namespace Pipeline.Hosting;

/// <summary>How a process ends that could not start; after sysexits.h.</summary>
public enum StartExit
{
    /// <summary>EX_SOFTWARE: a fault that nobody foresaw.</summary>
    Unforeseen = 70,

    /// <summary>EX_TEMPFAIL: something is away for now; the same start may succeed later.</summary>
    Away = 75,

    /// <summary>EX_CONFIG: somebody must change something first.</summary>
    Misconfigured = 78,
}

/// <summary>Something known keeps the host from starting. Each fault is one line: the configuration key, what is wrong, what to do. Never a secret.</summary>
public class StartFaultException(StartExit exit, params IReadOnlyList<string> faults) : Exception(string.Join(' ', faults))
{
    public StartExit Exit { get; } = exit;

    public IReadOnlyList<string> Faults { get; } = faults;
}
