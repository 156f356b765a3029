namespace Pipeline.Storage.Disk;

/// <summary>How much room the disk of the objects has, and how much of it clients may fill.</summary>
public sealed class DiskSpace(DiskStorageOptions options)
{
    private readonly string _folder = options.FullRoot;

    /// <summary>Whether clients may add as many bytes.</summary>
    public bool IsThereFor(long bytes) => FreeBytes(_folder) - bytes >= options.ReserveMegabytes * 1024L * 1024;

    /// <exception cref="InsufficientStorageException">They may not.</exception>
    public void Require(long bytes)
    {
        if (!IsThereFor(bytes)) throw new InsufficientStorageException($"Less than {options.ReserveMegabytes} MiB would be left free on the disk of the objects.");
    }

    /// <summary>Bytes that a user other than root can still write to the disk of an existing folder.</summary>
    public static long FreeBytes(string folder) => new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
}
