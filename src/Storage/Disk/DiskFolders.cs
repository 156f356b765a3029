using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Pipeline.Storage.Disk;

/// <summary>Creates folders durably, so that they survive a power cut, and removes them when they are empty.</summary>
public static class DiskFolders
{
    // The lock keeps this process from pruning a folder between creating it and moving a file into it; only another process can still prune it.
    private static readonly ReaderWriterLockSlim Pruning = new();

    /// <summary>Moves a file to its final path, durably. Another process may prune the folder at any moment until the file is in it.</summary>
    internal static void Place(string file, string destination)
    {
        const int mostTries = 100;
        var folder = Path.GetDirectoryName(destination)!;
        for (var tries = 1; ; tries++)
        {
            Pruning.EnterReadLock();
            try
            {
                Ensure(folder);
                File.Move(file, destination, overwrite: true);
                break;
            }
            catch (IOException e) when (tries < mostTries && e is DirectoryNotFoundException or FileNotFoundException && File.Exists(file))
            {
                // Another process pruned the folder between the two calls.
            }
            finally
            {
                Pruning.ExitReadLock();
            }
        }

        Flush(folder);
    }

    /// <summary>
    /// Moves a file to a path only if no file exists there; of several callers at once, exactly one succeeds. The folder must exist.
    /// </summary>
    internal static bool TryPlaceFirst(string file, string destination)
    {
        // Two concurrent calls of .NET's own move without overwriting were both seen to succeed; creating a link is atomic.
        if (OperatingSystem.IsWindows() || Link(Terminated(file), Terminated(destination)) < 0)
        {
            if (File.Exists(destination)) return false;
            // Windows, or a file system without links. On the latter, two callers in the same moment could both succeed.
            File.Move(file, destination, overwrite: false);
        }

        Flush(Path.GetDirectoryName(destination)!);
        return true;
    }

    /// <summary>Removes a folder and its parents, up to the root, as long as they are empty.</summary>
    internal static void Prune(string root, string folder)
    {
        Pruning.EnterWriteLock();
        try
        {
            for (; folder.Length > root.Length && !Directory.EnumerateFileSystemEntries(folder).Any(); folder = Path.GetDirectoryName(folder)!)
            {
                Directory.Delete(folder);
            }
        }
        catch (IOException)
        {
            // Another process added a file or pruned first: either way there is nothing left to prune.
        }
        finally
        {
            Pruning.ExitWriteLock();
        }
    }

    /// <summary>Makes the entries of a folder survive a power cut. Calls libc, because .NET cannot open folders.</summary>
    public static void Flush(string folder)
    {
        // NTFS journals renames, and Windows has no such call.
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(Terminated(folder), OperatingSystem.IsLinux() ? LinuxCloseOnExec : 0);
        if (descriptor < 0)
        {
            // A folder that was pruned held no files, so nothing is lost.
            if (Marshal.GetLastPInvokeError() == NoSuchEntry) return;
            throw Failed(folder);
        }

        try
        {
            // Some network file systems do not support fsync on folders and keep their entries durable by themselves.
            if (Fsync(descriptor) < 0 && Marshal.GetLastPInvokeError() != InvalidArgument) throw Failed(folder);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static void Ensure(string folder)
    {
        if (Directory.Exists(folder)) return;
        var parent = Path.GetDirectoryName(folder)!;
        Ensure(parent);
        Directory.CreateDirectory(folder);
        Flush(parent);
    }

    private static byte[] Terminated(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private static IOException Failed(string folder) =>
        new($"{folder} could not be flushed.", new Win32Exception(Marshal.GetLastPInvokeError()));

    private const int NoSuchEntry = 2;
    private const int InvalidArgument = 22;
    private const int LinuxCloseOnExec = 0x80000;

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(byte[] file, byte[] name);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
