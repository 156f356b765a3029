namespace Pipeline.Imaging.Isolation.Kernel;

/// <summary>Paths that a sandboxed process may reach. Missing paths are skipped.</summary>
/// <param name="Executable">Files that may be run; they may be read as well.</param>
/// <param name="Readable">Files, and folders with their contents.</param>
/// <param name="Writable">Folders in which it may make, change and remove files, but no folders and no links.</param>
internal sealed record SandboxPolicy(IReadOnlyList<string> Executable, IReadOnlyList<string> Readable, IReadOnlyList<string> Writable)
{
    /// <summary>Devices that hold nothing.</summary>
    public IReadOnlyList<string> Devices { get; } = ["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"];

    /// <summary>The kernel runs these on behalf of a program that is linked against shared libraries.</summary>
    public static IReadOnlyList<string> Loaders { get; } =
        ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1"];

    /// <summary>
    /// Entries of /proc that the runtime reads to size itself: memory, cores and a few files of its own process. The rest of its own entry stays
    /// closed, because it lists mounts and connections. Entries of other processes stay closed.
    /// </summary>
    public static IReadOnlyList<string> KernelInfoFiles { get; } =
    [
        "/proc/self/maps", "/proc/self/stat", "/proc/self/statm", "/proc/self/status", "/proc/meminfo", "/proc/cpuinfo",
        "/sys/devices/system/cpu", "/sys/devices/system/node",
    ];
}
