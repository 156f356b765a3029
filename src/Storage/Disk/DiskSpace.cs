namespace Pipeline.Storage.Disk;

/// <summary>Free space on the disk of the objects, and the share of it that clients may fill.</summary>
public sealed class DiskSpace(DiskStorageOptions options)
{
    private readonly string _folder = options.FullRoot;

    /// <summary>Whether clients may add this many bytes and still leave the reserve free.</summary>
    public bool HasRoomFor(long bytes) => FreeBytes(_folder) - bytes >= options.ReserveMegabytes * 1024L * 1024;

    /// <exception cref="InsufficientStorageException">The bytes would use up the reserve.</exception>
    public void Require(long bytes)
    {
        if (!HasRoomFor(bytes)) throw new InsufficientStorageException($"The disk of the objects would have less than {options.ReserveMegabytes} MiB free.");
    }

    /// <summary>Free bytes that users other than root can still write on the disk of an existing folder.</summary>
    public static long FreeBytes(string folder) => new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
}
