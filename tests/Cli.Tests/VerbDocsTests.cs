using System.Text.RegularExpressions;
using Pipeline.TestKit;

namespace Pipeline.Cli.Tests;

/// <summary>docs/verbs.md has each verb with a call and its output, and each of its options with a line of output, as the help lists them.</summary>
public sealed partial class VerbDocsTests
{
    private static readonly string[] Groups = ["Filter", "Pace", "Every verb"];

    private static readonly Dictionary<string, string[]> Sections = Read();

    [Fact]
    public async Task Each_verb_and_each_option_of_the_help_stands_in_the_docs_with_output()
    {
        var faults = new List<string>();
        var verbs = new List<string>();
        await foreach (var (verb, options) in VerbsAsync([]))
        {
            verbs.Add(verb);
            faults.AddRange(Faults(verb, options));
        }

        faults.ShouldBeEmpty();
        verbs.Count.ShouldBeGreaterThan(35, "verbs of verbs count too");
        Sections.Keys.Except(verbs).Except(Groups).ShouldBeEmpty("no section is about a verb that does not exist");
    }

    [Fact]
    public async Task Each_shell_completes_each_verb_and_each_option()
    {
        foreach (var shell in (string[])["bash", "zsh", "fish"])
        {
            var script = await OutAsync("completion", shell);
            await foreach (var (verb, options) in VerbsAsync([]))
                foreach (var word in options.Select(option => option[2..]).Append(verb.Split(' ')[^1])) script.ShouldContain(word, customMessage: $"{shell}: pipeline {verb}");
        }
    }

    private static IEnumerable<string> Faults(string verb, IReadOnlyList<string> options)
    {
        if (!Sections.TryGetValue(verb, out var section))
        {
            yield return $"pipeline {verb}: no section";
            yield break;
        }

        var call = Array.FindIndex(section, line => line.StartsWith($"    $ pipeline {verb}", StringComparison.Ordinal));
        if (call < 0 || call + 1 == section.Length || !section[call + 1].StartsWith("    ", StringComparison.Ordinal) || section[call + 1].StartsWith("    $", StringComparison.Ordinal))
            yield return $"pipeline {verb}: no call with its output";
        var rows = section.Concat(Groups.Where(group => section.Any(line => line.Contains($"(#{group.ToLowerInvariant().Replace(' ', '-')})", StringComparison.Ordinal))).SelectMany(group => Sections[group]))
            .Select(line => Row().Match(line)).Where(row => row.Success).ToList();
        foreach (var option in options.Where(option => !rows.Exists(row => row.Groups["option"].Value == option))) yield return $"pipeline {verb}: {option} is not explained";
        foreach (var row in rows.Where(row => !options.Contains(row.Groups["option"].Value))) yield return $"pipeline {verb}: it has no {row.Groups["option"].Value}";
        foreach (var row in rows.Where(row => !row.Groups["output"].Value.Contains('`'))) yield return $"pipeline {verb}: {row.Groups["option"].Value} has no output";
    }

    /// <summary>The verbs by their help, with their own options.</summary>
    private static async IAsyncEnumerable<(string Verb, IReadOnlyList<string> Options)> VerbsAsync(string[] path)
    {
        var help = await OutAsync([.. path, "--help"]);
        var (options, commands, part) = (new List<string>(), new List<string>(), "");
        foreach (var line in help.Split('\n'))
        {
            if (line.EndsWith(':') && !line.StartsWith(' ')) part = line;
            else if (part == "Options:" && Option().Match(line) is { Success: true } option) options.Add(option.Groups["option"].Value);
            else if (part == "Commands:" && Command().Match(line) is { Success: true } command) commands.Add(command.Groups["name"].Value);
        }

        if (path.Length > 0) yield return (string.Join(' ', path), [.. options.Except(["--help", "--version", "--server", "--token", "--config", "--insecure", "--json"])]);
        foreach (var command in commands)
            await foreach (var verb in VerbsAsync([.. path, command])) yield return verb;
    }

    private static async Task<string> OutAsync(params string[] args)
    {
        using var run = new CliRun();
        (await run.RunAsync(args)).ShouldBe(ExitCode.Done, run.Error);
        return run.Out;
    }

    private static Dictionary<string, string[]> Read()
    {
        var sections = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var section = new List<string>();
        foreach (var line in File.ReadAllLines(Path.Combine(Repository.Root, "docs", "verbs.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal)) sections[line[3..].Replace("pipeline ", "", StringComparison.Ordinal)] = section = [];
            else section.Add(line);
        }

        return sections.ToDictionary(one => one.Key, one => one.Value.ToArray(), StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^\| `(?<option>--[a-z-]+)[^|]*\|[^|]*\|(?<output>[^|]*)\|$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Row();

    [GeneratedRegex(@"^  (-\w, )?(?<option>--[a-z-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Option();

    [GeneratedRegex(@"^  (?<name>[a-z][a-z-]*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Command();
}
