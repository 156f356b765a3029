using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pipeline.Imaging.Isolation.Kernel;

/// <summary>
/// The calls to Linux that .NET has no method for. <c>syscall</c>, <c>prctl</c> and <c>openat</c> are variadic in C; with nothing but whole
/// numbers and pointers that makes no difference on x86-64 and on arm64.
/// </summary>
internal static unsafe partial class Sys
{
    public const int NoSuchEntry = 2;
    public const int NotPermitted = 1;
    public const int NoSuchCall = 38;

    public const int OpenNonBlocking = 0x800;
    public const int OpenCloseOnExec = 0x80000;
    public const int OpenPathOnly = 0x200000;

    // The only numbers here that differ between x86-64 and arm64.
    public static readonly int OpenDirectory = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    public static readonly int OpenNoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    private const int CurrentFolder = -100;
    private const int OfTheDescriptor = 0x1000;
    private const int TypeAndLinks = 0x1 | 0x4;

    /// <summary>Opens a path; the caller checks the handle and the last error.</summary>
    public static SafeFileHandle Open(string path, int flags) => OpenAt(CurrentFolder, path, flags | OpenCloseOnExec);

    /// <summary>Opens a name in the folder of the handle, even if the folder's path leads elsewhere by now.</summary>
    public static SafeFileHandle Open(SafeFileHandle folder, string name, int flags)
    {
        var held = false;
        try
        {
            folder.DangerousAddRef(ref held);
            return OpenAt((int)folder.DangerousGetHandle(), name, flags | OpenCloseOnExec);
        }
        finally
        {
            if (held) folder.DangerousRelease();
        }
    }

    /// <summary>Whether the handle is a file of bytes with a single name: no folder, pipe, device or socket.</summary>
    public static bool HasSingleLink(SafeFileHandle handle)
    {
        // struct statx is the same everywhere: stx_nlink stands at 16, stx_mode at 28.
        const int size = 256, links = 16, mode = 28, typeMask = 0xF000, regular = 0x8000;
        var entry = stackalloc byte[size];
        if (Statx(handle, string.Empty, OfTheDescriptor, TypeAndLinks, entry) != 0) throw Failed("statx");
        return (*(ushort*)(entry + mode) & typeMask) == regular && *(uint*)(entry + links) == 1;
    }

    public static Win32Exception Failed(string call)
    {
        var error = Marshal.GetLastPInvokeError();
        return new Win32Exception(error, $"{call}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>Applies to the calling thread and its children for ever: no program gives them more rights.</summary>
    public static void GiveUpNewPrivileges()
    {
        const int noNewPrivileges = 38;
        if (ProcessControl(noNewPrivileges, 1, 0, 0, 0) != 0) throw Failed("prctl");
    }

    /// <summary>
    /// Closes all descriptors but those of input, output and errors when this process becomes another program. .NET opens nothing that would stay
    /// open, but the parent of the worker may have left some open, and native libraries do.
    /// </summary>
    public static void KeepStandardStreamsOnly()
    {
        const int first = 3, closeRangeOnExec = 4, setFlags = 2, closeOnExec = 1, badDescriptor = 9;
        if (Call(Syscalls.CloseRange, first, int.MaxValue, closeRangeOnExec, 0) == 0) return;

        // Before Linux 5.11, and in containers whose filter refuses the call.
        foreach (var path in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            var descriptor = int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture);
            if (descriptor < first || FileControl(descriptor, setFlags, closeOnExec) == 0) continue;
            if (Marshal.GetLastPInvokeError() != badDescriptor) throw Failed("fcntl");
        }
    }

    /// <summary>Replaces this process by a program, with the environment that this one was started with. Returns only if that fails.</summary>
    public static void Become(string[] program) => _ = Execute(program[0], [.. program, null]);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint Call(nint number, nint a, nint b, nint c, nint d);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    public static partial int ProcessLimit(int process, int resource, ulong* wanted, ulong* before);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string file, string name);

    /// <summary>Ends the process here and now, whatever its other threads do.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void Exit(int status);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenAt(int folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(SafeFileHandle folder, string name, int flags, uint wanted, byte* entry);
}
