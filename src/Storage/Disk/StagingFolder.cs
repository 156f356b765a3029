using System.Security.Cryptography;

namespace Pipeline.Storage.Disk;

/// <summary>
/// The folder of one store instance for unfinished writes. The process holds a lock file beside it while it lives, and the operating system
/// releases the lock however the process ends. If another process can take the lock, the owner is dead.
/// </summary>
internal sealed class StagingFolder : IDisposable
{
    private const string LockEnding = ".lock";
    private readonly FileStream _lock;

    private StagingFolder(string folder, FileStream held) => (Folder, _lock) = (folder, held);

    public string Folder { get; }

    public static string NewName() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>Settles and removes the staging folders of crashed processes, then creates one for this process.</summary>
    public static StagingFolder Open(DiskLayout layout)
    {
        Directory.CreateDirectory(layout.Scratch);
        foreach (var folder in Directory.GetDirectories(layout.Scratch)) RemoveIfAbandoned(layout, folder);
        const int mostTries = 10;
        for (var tries = 1; ; tries++)
        {
            var folder = Path.Combine(layout.Scratch, NewName());
            // Before the lock is held, another store that starts at the same moment may mistake the new folder for one of a dead process.
            if (TryHold(folder + LockEnding) is { } held)
            {
                Directory.CreateDirectory(folder);
                return new StagingFolder(folder, held);
            }

            if (tries == mostTries) throw new IOException($"No lock can be held in {layout.Scratch}.");
        }
    }

    /// <summary>Releases the folder. If a write is still running, the next start settles its leftovers.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Folder) && !Directory.EnumerateFileSystemEntries(Folder).Any()) Directory.Delete(Folder);
        _lock.Dispose();
    }

    private static void RemoveIfAbandoned(DiskLayout layout, string folder)
    {
        using var held = TryHold(folder + LockEnding);
        if (held is null) return;
        try
        {
            foreach (var path in Directory.GetFiles(folder).Where(WriteIntent.Is))
            {
                // Runs before the first request, so blocking this thread delays nobody.
                WriteIntent.Read(path)?.SettleAsync(layout).GetAwaiter().GetResult();
            }

            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Its owner or another starting process removed it first.
        }
    }

    private static FileStream? TryHold(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            // A living process holds the lock, or a process that just ended deleted the file.
            return null;
        }
    }
}
