namespace Pipeline.Cli.Uploads.Selection;

/// <summary>
/// Finds the files to upload. A file that the user named is uploaded or reported as an error; a file found in a folder must look like a photo.
/// One bad file never stops the others.
/// </summary>
/// <param name="recursive">Whether to search folders for photos.</param>
sealed class FileFinder(bool recursive)
{
    private readonly List<ChosenFile> _chosen = [];
    private readonly List<SkippedFile> _skipped = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public static FileSelection Find(IEnumerable<string> paths, bool recursive, CancellationToken cancellationToken)
    {
        var finder = new FileFinder(recursive);
        foreach (var path in paths) finder.AddNamed(path, cancellationToken);
        return new FileSelection(finder._chosen, finder._skipped);
    }

    private void AddNamed(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Directory.Exists(path))
        {
            if (recursive) AddFolder(path, cancellationToken);
            else Refuse(path, $"is a folder: upload the photos in it with --recursive, or name them, such as {path.TrimEnd('/')}/*.jpg");
        }
        else if (!File.Exists(path))
        {
            Refuse(path, "does not exist");
        }
        else
        {
            AddFile(path, found: false);
        }
    }

    private void AddFolder(string folder, CancellationToken cancellationToken)
    {
        if (Entries(folder) is not { } entries) return;
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = Path.Combine(folder, entry.Name);
            if (entry.Name.StartsWith('.')) Skip(path, "hidden");
            else if (entry is not DirectoryInfo) AddFile(path, found: true);

            // Do not follow links: they may form loops or lead out of the folder.
            else if (entry.LinkTarget is not null) Skip(path, "a link to a folder; name it to upload the photos in it");
            else AddFolder(path, cancellationToken);
        }
    }

    private FileSystemInfo[]? Entries(string folder)
    {
        try
        {
            if (!_seen.Add(RealPath(folder))) return null;
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse(folder, "cannot be read");
            return null;
        }
    }

    private void AddFile(string path, bool found)
    {
        try
        {
            if (!_seen.Add(RealPath(path)))
            {
                Skip(path, "named twice");
                return;
            }

            var file = LocalFile.Examine(path);
            if (file is { } && (!found || file.LooksLikeImage)) _chosen.Add(new ChosenFile(path, file));
            else if (found) Skip(path, file is null ? "empty" : "not a photo");
            else Refuse(path, "is empty, or not a regular file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse(path, "cannot be read");
        }
    }

    private void Skip(string path, string reason) => _skipped.Add(new SkippedFile(path, reason));

    private void Refuse(string path, string why) =>
        _chosen.Add(new ChosenFile(path, File: null, new CliFailure(ExitCode.Refused, "unusable_file", why)));

    private static string RealPath(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}
