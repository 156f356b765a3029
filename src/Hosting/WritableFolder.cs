namespace Pipeline.Hosting;

/// <summary>A folder that a host must be able to write to before it serves anything.</summary>
public static class WritableFolder
{
    /// <summary>Creates the folder if it is missing and tests it by writing a file.</summary>
    /// <param name="key">The configuration key that names it.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="StartFaultException">The folder cannot be created or written.</exception>
    public static string Ensure(string key, string folder)
    {
        try
        {
            var path = Directory.CreateDirectory(folder).FullName;
            var probe = Path.Combine(path, $".probe-{Guid.NewGuid():N}");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)) return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartFaultException(
                StartExit.Misconfigured, $"`{key}`: the folder {folder} cannot be written ({Why(e)}): allow this user to write, free space, or name another folder");
        }
    }

    private static string Why(Exception exception) => exception switch
    {
        UnauthorizedAccessException => "permission denied",
        DirectoryNotFoundException or FileNotFoundException => "it cannot be created there",
        _ => exception.Message.TrimEnd('.'),
    };
}
