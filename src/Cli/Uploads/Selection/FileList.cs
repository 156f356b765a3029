namespace Pipeline.Cli.Uploads.Selection;

/// <summary>Reads names from stdin where the command line says <c>-</c>: one a line, or parted by NUL as <c>find -print0</c> writes them.</summary>
static class FileList
{
    private const string Stdin = "-";

    /// <summary>The names with each <c>-</c> replaced by what stdin holds, which is read once.</summary>
    public static async Task<IReadOnlyList<string>> ExpandAsync(IReadOnlyList<string> names, CliEnvironment around, CancellationToken cancellationToken)
    {
        if (!names.Contains(Stdin)) return names;
        var listed = Split(await StandardInput.ReadToEndAsync(around, cancellationToken));
        return [.. names.TakeWhile(name => name != Stdin), .. listed, .. names.SkipWhile(name => name != Stdin).Where(name => name != Stdin)];
    }

    // No name holds a NUL, so one of them tells how all are parted, and names with line ends in them are safe.
    private static IEnumerable<string> Split(string text) => text.Contains('\0', StringComparison.Ordinal)
        ? text.Split('\0', StringSplitOptions.RemoveEmptyEntries)
        : text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0);
}
