using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;

namespace Pipeline.Imaging;

/// <summary>Where the worker keeps local copies while it processes an asset. Section <c>Processor:Work</c>.</summary>
public sealed class WorkOptions
{
    public const string Section = "Processor:Work";

    /// <summary>Folder; several workers may share it. Default <c>pipeline-work</c> in the system's temporary folder.</summary>
    public string Folder { get; set; } = Path.Combine(Path.GetTempPath(), "pipeline-work");
}

/// <summary>
/// Gives each asset in work its own folder. All folders of this process lie below one folder, whose lock file the process holds open.
/// If another such folder can be locked at start, its process has died, and the folder is removed.
/// </summary>
public sealed class Workspaces : IDisposable
{
    private const string LockName = "lock";
    private readonly string _own;
    private readonly FileStream _lock;

    public Workspaces(IOptions<WorkOptions> options, ILogger<Workspaces> logger)
    {
        var root = WritableFolder.Ensure($"{WorkOptions.Section}:{nameof(WorkOptions.Folder)}", options.Value.Folder);
        foreach (var folder in Directory.EnumerateDirectories(root)) RemoveIfAbandoned(folder, logger);
        _own = Path.Combine(root, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(_own);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_own, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _lock = new FileStream(Path.Combine(_own, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Creates an empty folder for one attempt at a revision; the caller disposes it.</summary>
    public Workspace Open(Guid assetId, int revision) => new(Path.Combine(_own, $"{assetId:N}-{revision}-{Guid.NewGuid():N}"));

    /// <summary>The path of a folder that belongs to no asset and is deleted when this process ends.</summary>
    public string Aside(string name) => Path.Combine(_own, name);

    public void Dispose()
    {
        _lock.Dispose();
        if (Directory.Exists(_own)) Directory.Delete(_own, recursive: true);
    }

    private static void RemoveIfAbandoned(string folder, ILogger logger)
    {
        try
        {
            // Opening fails while the owning process lives, and if there is no lock file: such a folder is being created now, or is not ours.
            using (new FileStream(Path.Combine(folder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                Directory.Delete(folder, recursive: true);
            logger.WorkFolderRemoved(folder);
        }
        catch (IOException)
        {
            logger.WorkFolderInUse(folder);
        }
    }
}

/// <summary>The folder of one asset in work; deleted on dispose.</summary>
public sealed class Workspace : IDisposable
{
    private readonly string _folder;

    internal Workspace(string folder)
    {
        _folder = folder;
        OutputFolder = Path.Combine(folder, "out");
        Directory.CreateDirectory(OutputFolder);
    }

    /// <summary>Path of the local copy of the source. The name is fixed, so no user input reaches a path.</summary>
    public string SourcePath => Path.Combine(_folder, "source");

    /// <summary>Path of the local copy of the profile's watermark, if the profile has one.</summary>
    public string WatermarkPath => Path.Combine(_folder, "watermark");

    /// <summary>Folder for the rendered variants; empty at first.</summary>
    public string OutputFolder { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
