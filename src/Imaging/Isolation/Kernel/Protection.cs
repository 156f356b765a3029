using Microsoft.Win32.SafeHandles;

namespace Pipeline.Imaging.Isolation.Kernel;

/// <summary>The protections that hold for a decoder. The decoder tests them by trying forbidden calls.</summary>
/// <param name="Calls">No network, no other processes.</param>
/// <param name="Files">Its own folder only.</param>
/// <param name="Sealed">No other programs, no change of its limits.</param>
internal sealed record Protection(bool Calls, bool Files, bool Sealed)
{
    private const int UnixSocket = 1;
    private const int Stream = 1;

    public bool IsWhole() => Calls && Files && Sealed;

    /// <summary>Seals this process, then tries forbidden calls.</summary>
    public static Protection Seal()
    {
        if (Syscalls.Here is not { } calls) return new Protection(Calls: false, Files: false, Sealed: false);
        using var root = Sys.Open("/", Sys.OpenDirectory);
        using var socket = new SafeFileHandle(Sys.Call(calls.Socket, UnixSocket, Stream, 0, 0), ownsHandle: true);
        return new Protection(socket.IsInvalid, root.IsInvalid, SeccompFilter.ForWork(calls, Environment.ProcessId).TryInstall(calls, allThreads: true));
    }

    /// <summary>A line for the log that names the missing protections.</summary>
    public override string ToString() => string.Join("; ",
        "memory, CPU and wall limits",
        Calls ? "no network (seccomp)" : "NETWORK IS OPEN (no seccomp)",
        Sealed ? "no other programs (seccomp)" : "OTHER PROGRAMS CAN BE RUN (no seccomp)",
        Files ? "files: its own folder only (Landlock)" : "FILES ARE OPEN (no Landlock)");
}
