namespace Pipeline.Cli.Uploads.Selection;

/// <summary>
/// Reads names from stdin if the command line contains <c>-</c>: one per line, or separated by NUL as <c>find -print0</c> writes them.
/// </summary>
static class FileList
{
    private const string Stdin = "-";

    /// <summary>Returns the names with <c>-</c> replaced by the names from stdin, which is read once.</summary>
    public static async Task<IReadOnlyList<string>> ExpandAsync(IReadOnlyList<string> names, CliEnvironment environment, CancellationToken cancellationToken)
    {
        if (!names.Contains(Stdin)) return names;
        var listed = Split(await StandardInput.ReadToEndAsync(environment, cancellationToken));
        return [.. names.TakeWhile(name => name != Stdin), .. listed, .. names.SkipWhile(name => name != Stdin).Where(name => name != Stdin)];
    }

    // File names never contain NUL, so any NUL means that all names are separated by NUL; then names may contain line breaks.
    private static IEnumerable<string> Split(string text) => text.Contains('\0', StringComparison.Ordinal)
        ? text.Split('\0', StringSplitOptions.RemoveEmptyEntries)
        : text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0);
}
