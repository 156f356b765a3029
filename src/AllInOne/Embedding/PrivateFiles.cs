using System.Runtime.InteropServices;
using Pipeline.Storage.Disk;

namespace Pipeline.AllInOne.Embedding;

/// <summary>
/// Restricts folders (0700) and files (0600) to their owner, because they hold unscanned uploads, originals with GPS positions, and keys.
/// </summary>
internal static class PrivateFiles
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes all new files of this process and its children private, also those that libraries create, such as SQLite.</summary>
    public static void MakeNewOnesPrivate()
    {
        if (!OperatingSystem.IsWindows()) _ = Umask(0b000_111_111);
    }

    /// <summary>Removes other users' access to a file, or to a folder and everything in it. Links are not followed.</summary>
    /// <returns>Number of entries that others could access. Entries of another user cannot be changed and count as well.</returns>
    public static int Tighten(FileSystemInfo entry)
    {
        if (OperatingSystem.IsWindows() || entry.LinkTarget is not null) return 0;
        var tightened = 0;
        if (entry is DirectoryInfo folder)
        {
            // The folder itself last: a closed folder means that all its entries are done.
            foreach (var child in folder.EnumerateFileSystemInfos()) tightened += Tighten(child);
        }

        try
        {
            var mode = entry is DirectoryInfo ? FolderMode : FileMode;
            if ((entry.UnixFileMode & ~mode) == UnixFileMode.None) return tightened;
            entry.UnixFileMode = mode;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            // The entry belongs to another user or was deleted meanwhile.
        }

        return tightened + 1;
    }

    /// <summary>Writes a new file atomically: after a crash it is complete or absent.</summary>
    public static void Place(string path, string text)
    {
        var partial = $"{path}.{Guid.NewGuid():N}.new";
        using (var writer = new StreamWriter(new FileStream(partial, System.IO.FileMode.CreateNew, FileAccess.Write)))
        {
            writer.Write(text);
            writer.Flush();
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
        }

        Replace(partial, path);
    }

    /// <summary>Replaces a file by one that is already flushed to disk, and makes the change survive a power cut.</summary>
    public static void Replace(string file, string destination)
    {
        File.Move(file, destination, overwrite: true);
        DiskFolders.Flush(Path.GetDirectoryName(destination)!);
    }

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint Umask(uint mask);
}
