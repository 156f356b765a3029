namespace Pipeline.Processor.Imaging.Isolation.Kernel;

/// <summary>What the kernel agreed to hold a decoder to.</summary>
/// <param name="Calls">The filter that was there from its first instruction on: no network, no other processes.</param>
/// <param name="Files">Landlock: its own folder only.</param>
/// <param name="Sealed">The filter that it put on itself when it had started: no other programs, no change of its limits.</param>
internal sealed record Protection(bool Calls, bool Files, bool Sealed)
{
    public bool IsWhole => Calls && Files && Sealed;

    /// <summary>For the log, and for an operator who has to know what is lacking.</summary>
    public override string ToString() => string.Join("; ",
        "memory, CPU and wall limits",
        Calls ? "no network (seccomp)" : "NETWORK IS OPEN (no seccomp)",
        Sealed ? "no other programs (seccomp)" : "OTHER PROGRAMS CAN BE RUN (no seccomp)",
        Files ? "files: its own folder only (Landlock)" : "FILES ARE OPEN (no Landlock)");
}
