using Microsoft.Win32.SafeHandles;

namespace Pipeline.Imaging.Isolation.Kernel;

/// <summary>What the kernel holds a decoder to, as the decoder has found by trying.</summary>
/// <param name="Calls">No network, no other processes.</param>
/// <param name="Files">Its own folder only.</param>
/// <param name="Sealed">No other programs, no change of its limits.</param>
internal sealed record Protection(bool Calls, bool Files, bool Sealed)
{
    private const int UnixSocket = 1;
    private const int Stream = 1;

    public bool IsWhole() => Calls && Files && Sealed;

    /// <summary>Seals this process, and tries what it must not be able to do.</summary>
    public static Protection Seal()
    {
        if (Syscalls.Here is not { } calls) return new Protection(Calls: false, Files: false, Sealed: false);
        using var root = Sys.Open("/", Sys.OpenDirectory);
        using var socket = new SafeFileHandle(Sys.Call(calls.Socket, UnixSocket, Stream, 0, 0), ownsHandle: true);
        return new Protection(socket.IsInvalid, root.IsInvalid, SeccompFilter.ForWork(calls, Environment.ProcessId).TryInstall(calls, allThreads: true));
    }

    /// <summary>For the log, and for an operator who has to know what is lacking.</summary>
    public override string ToString() => string.Join("; ",
        "memory, CPU and wall limits",
        Calls ? "no network (seccomp)" : "NETWORK IS OPEN (no seccomp)",
        Sealed ? "no other programs (seccomp)" : "OTHER PROGRAMS CAN BE RUN (no seccomp)",
        Files ? "files: its own folder only (Landlock)" : "FILES ARE OPEN (no Landlock)");
}
