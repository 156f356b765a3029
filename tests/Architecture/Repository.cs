using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Pipeline.Architecture;

/// <summary>The files of the repository: those that git tracks or would add, so no build output.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> Files { get; } =
        [.. Git("ls-files", "--cached", "--others", "--exclude-standard").Distinct(StringComparer.Ordinal)
            .Where(path => File.Exists(Path.Combine(Root, path)))
            .Select(path => new SourceFile(path))];

    public static IEnumerable<SourceFile> Sources(params string[] under) => Files.Where(file =>
        file.Path.EndsWith(".cs", StringComparison.Ordinal) && under.Any(folder => file.Path.StartsWith(folder, StringComparison.Ordinal)));

    public static IEnumerable<string> Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}

/// <summary>A file by its path from the root, with slashes.</summary>
internal sealed record SourceFile(string Path)
{
    public string Text => File.ReadAllText(System.IO.Path.Combine(Repository.Root, Path));

    public string[] Lines => File.ReadAllLines(System.IO.Path.Combine(Repository.Root, Path));

    /// <summary>The lines without their comments. A string that contains two slashes is cut, which affects none of the rules.</summary>
    public IEnumerable<string> Code => Lines.Select(line => line.Split("//")[0]);
}
