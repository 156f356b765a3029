namespace Pipeline.Hosting.Diagnosis;

/// <summary>A folder that must not run out of space.</summary>
/// <param name="Name">What it holds.</param>
/// <param name="Path">Where it is.</param>
public sealed record WatchedFolder(string Name, string Path);

/// <summary>Checks the free space of the folders that this host writes to.</summary>
/// <param name="folders">The folders.</param>
/// <param name="spaceOf">The free and the total bytes of the disk that holds a folder; null for the real disk.</param>
public sealed class DiskSpaceCheck(IEnumerable<WatchedFolder> folders, Func<string, (long Free, long Total)>? spaceOf = null) : IDiagnosticCheck
{
    private const double FewPercent = 10;
    private const long Least = 256L * 1024 * 1024;

    public string Name => "disk";

    public Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Finding>>([.. folders.Select(Check)]);

    private Finding Check(WatchedFolder folder)
    {
        var check = $"{Name} {folder.Name}";
        long free, total;
        try
        {
            (free, total) = (spaceOf ?? SpaceOf)(folder.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Finding.Fail(check, $"Its folder cannot be read ({e.GetType().Name}).", "Create the folder, or correct the setting that names it.");
        }

        var detail = $"{free / 1e9:0.0} of {total / 1e9:0.0} GB are free.";
        if (free < Least) return Finding.Fail(check, detail, "Free space, or enlarge the disk: uploads are refused or wait.");
        return total > 0 && free * 100.0 / total < FewPercent ? Finding.Warn(check, detail, "Free space, or enlarge the disk before it is full.") : Finding.Ok(check, detail);
    }

    private static (long Free, long Total) SpaceOf(string path)
    {
        if (!Directory.Exists(path)) throw new DirectoryNotFoundException();
        var drive = new DriveInfo(path);
        return (drive.AvailableFreeSpace, drive.TotalSize);
    }
}
