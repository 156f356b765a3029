using System.Security.Cryptography;

namespace Pipeline.Storage.Disk;

/// <summary>
/// The folder of one store for what is not an object yet. A lock file beside it is held as long as the process lives, and the system
/// lets go of it however the process ends; a folder whose lock can be taken is a dead one's.
/// </summary>
internal sealed class StagingFolder : IDisposable
{
    private const string LockEnding = ".lock";
    private readonly FileStream _lock;

    private StagingFolder(string folder, FileStream held) => (Folder, _lock) = (folder, held);

    public string Folder { get; }

    public static string NewName() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>Settles and removes what crashed processes left, then makes a folder for this one.</summary>
    public static StagingFolder Open(DiskLayout layout)
    {
        Directory.CreateDirectory(layout.Scratch);
        foreach (var folder in Directory.GetDirectories(layout.Scratch)) Bury(layout, folder);
        const int mostTries = 10;
        for (var tries = 1; ; tries++)
        {
            var folder = Path.Combine(layout.Scratch, NewName());
            // Another store that starts now may take the fresh lock for a dead one's, in the moment before it is held.
            if (TryHold(folder + LockEnding) is { } held)
            {
                Directory.CreateDirectory(folder);
                return new StagingFolder(folder, held);
            }

            if (tries == mostTries) throw new IOException($"No lock can be held in {layout.Scratch}.");
        }
    }

    /// <summary>Lets go of the folder. What a write that is still under way leaves in it is the next start's to settle.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Folder) && !Directory.EnumerateFileSystemEntries(Folder).Any()) Directory.Delete(Folder);
        _lock.Dispose();
    }

    private static void Bury(DiskLayout layout, string folder)
    {
        using var held = TryHold(folder + LockEnding);
        if (held is null) return;
        try
        {
            foreach (var path in Directory.GetFiles(folder).Where(WriteIntent.Is))
            {
                // Before the first request, so nobody waits on this thread for the task.
                WriteIntent.Read(path)?.SettleAsync(layout).GetAwaiter().GetResult();
            }

            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Its owner or another start was faster.
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
            // Held by a process that lives, or gone with one that has just ended.
            return null;
        }
    }
}
