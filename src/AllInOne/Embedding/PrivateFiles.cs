using System.Runtime.InteropServices;
using Pipeline.Storage.Disk;

namespace Pipeline.AllInOne.Embedding;

/// <summary>Folders for their owner alone (0700) and files likewise (0600): uploads nobody has scanned, originals with their places, keys.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>From now on whatever this process or a child of it makes is private, also where a library makes it, as SQLite does.</summary>
    public static void MakeNewOnesPrivate()
    {
        if (!OperatingSystem.IsWindows()) _ = Umask(0b000_111_111);
    }

    /// <summary>Takes the rights of others away from a file, or from a folder and all in it. Links are not followed.</summary>
    /// <returns>How many had any. What belongs to another user stays as it is and counts as well.</returns>
    public static int Tighten(FileSystemInfo entry)
    {
        if (OperatingSystem.IsWindows() || entry.LinkTarget is not null) return 0;
        var tightened = 0;
        if (entry is DirectoryInfo folder)
        {
            // Itself last: a folder that is closed was done to its end.
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
            // Another user's, or gone meanwhile.
        }

        return tightened + 1;
    }

    /// <summary>Puts a new file where it counts in one step: after a crash it is there whole or not at all.</summary>
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

    /// <summary>Moves a file that is on disk over another one, and makes that outlive a power cut.</summary>
    public static void Replace(string file, string destination)
    {
        File.Move(file, destination, overwrite: true);
        DiskFolders.Flush(Path.GetDirectoryName(destination)!);
    }

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint Umask(uint mask);
}
