using System.Text.RegularExpressions;

namespace Pipeline.EndToEnd.Harness;

/// <summary>The programs of a page of docs/: indented blocks whose first line is a comment with the name of the file.</summary>
internal static partial class DocPrograms
{
    public static IEnumerable<(string Name, string Text)> Of(string page)
    {
        foreach (Match block in Program().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", page))))
            yield return (block.Groups["name"].Value, Indentation().Replace(block.Groups["text"].Value, ""));
    }

    /// <summary>Writes them to a folder.</summary>
    public static async Task WriteAsync(string page, TempFolder folder)
    {
        foreach (var (name, text) in Of(page)) await File.WriteAllTextAsync(folder[name], text);
    }

    [GeneratedRegex(@"^    (?://|#) (?<name>[A-Za-z-]+\.(sh|mjs|cs|jsx))\n(?<text>(?:(?:    .*)?\n)+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 60_000)]
    private static partial Regex Program();

    [GeneratedRegex("^    ", RegexOptions.Multiline, 60_000)]
    private static partial Regex Indentation();
}
