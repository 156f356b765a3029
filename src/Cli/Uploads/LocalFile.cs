namespace Pipeline.Cli.Uploads;

/// <summary>A file that can be uploaded: it is there, can be read and is not empty.</summary>
/// <param name="Path">As the person wrote it.</param>
/// <param name="Length">In bytes, as promised to the server.</param>
/// <param name="ContentType">See <see cref="ContentTypes"/>.</param>
sealed record LocalFile(string Path, long Length, string ContentType)
{
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Looks at all files before anything is sent, and names everything that is wrong at once.</summary>
    public static IReadOnlyList<LocalFile> LookAt(IReadOnlyList<string> paths)
    {
        var files = new List<LocalFile>(paths.Count);
        var wrong = new List<string>();
        foreach (var path in paths)
        {
            try
            {
                if (Directory.Exists(path)) wrong.Add($"{path} is a folder: name its files, such as {path.TrimEnd('/')}/*.jpg");
                else if (!File.Exists(path)) wrong.Add($"{path} does not exist");
                else if (Look(path) is { } file) files.Add(file);
                else wrong.Add($"{path} is empty");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                wrong.Add($"{path} cannot be read");
            }
        }

        return wrong.Count == 0 ? files : throw CliFailure.Usage($"{string.Join("; ", wrong)}. Nothing was uploaded");
    }

    /// <summary>Opens it from the start, for one try.</summary>
    public FileStream Open()
    {
        try
        {
            var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.Asynchronous);
            if (stream.Length == Length) return stream;
            stream.Dispose();
            throw Changed();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliFailure(ExitCode.Refused, "unreadable", "The file can no longer be read. Upload it again", e);
        }
    }

    public static CliFailure Changed() =>
        new(ExitCode.Refused, "changed_while_uploading", "The file changed while it was being uploaded. Upload it again");

    private static LocalFile? Look(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        Span<byte> head = stackalloc byte[ContentTypes.HeadLength];
        var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return stream.Length == 0 ? null : new LocalFile(path, stream.Length, ContentTypes.Of(head[..read], System.IO.Path.GetExtension(path)));
    }
}
