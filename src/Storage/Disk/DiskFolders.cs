using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Pipeline.Storage.Disk;

/// <summary>Folders that outlive a power cut once made, and that go when nothing is left in them.</summary>
public static class DiskFolders
{
    // Within this process a folder is never pruned between its making and the move into it; only another process can still do that.
    private static readonly ReaderWriterLockSlim Pruning = new();

    /// <summary>Moves a file to where it counts, durably. Others may prune the folder at any moment until the file is in it.</summary>
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
                // Pruned between the two calls.
            }
            finally
            {
                Pruning.ExitReadLock();
            }
        }

        Flush(folder);
    }

    /// <summary>Moves a file to where no file is yet; of several that try at once, one succeeds. The folder is there already.</summary>
    internal static bool TryPlaceFirst(string file, string destination)
    {
        // With .NET's own move without overwriting, two that started at once were seen to succeed both; a link is one step.
        if (OperatingSystem.IsWindows() || Link(Terminated(file), Terminated(destination)) < 0)
        {
            if (File.Exists(destination)) return false;
            // A file system without links: only two first starts in the same moment could still meet here.
            File.Move(file, destination, overwrite: false);
        }

        Flush(Path.GetDirectoryName(destination)!);
        return true;
    }

    /// <summary>Removes a folder and those above it, up to the root, as far as they are empty.</summary>
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
            // Someone put something in, or was faster: either way there is nothing left to prune here.
        }
        finally
        {
            Pruning.ExitWriteLock();
        }
    }

    /// <summary>Makes the entries of a folder survive a power cut; .NET opens no folders, so libc is asked.</summary>
    public static void Flush(string folder)
    {
        // NTFS journals renames, and Windows has no such call.
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(Terminated(folder), OperatingSystem.IsLinux() ? LinuxCloseOnExec : 0);
        if (descriptor < 0)
        {
            // A pruned folder held nothing that had to survive.
            if (Marshal.GetLastPInvokeError() == NoSuchEntry) return;
            throw Failed(folder);
        }

        try
        {
            // Some network file systems have no such call for folders and keep their entries in order by themselves.
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
