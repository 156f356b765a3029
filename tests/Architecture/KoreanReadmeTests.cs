using System.Text.RegularExpressions;

namespace Pipeline.Architecture;

/// <summary>The quick start in Korean has the commands of the English one, so that a change of one changes both.</summary>
public sealed partial class KoreanReadmeTests
{
    [Fact]
    public void Both_quick_starts_have_the_same_commands_in_the_same_order()
    {
        var english = CommandsOf("README.md", "## Try it in two minutes", "## How it works");
        var korean = CommandsOf("README.ko.md", "## 2분 만에 시작하기", "## 더 읽기");

        english.Count.ShouldBeGreaterThan(4);
        korean.ShouldBe(english.Where(korean.Contains).Distinct());
        english.Where(command => command.Contains(' ')).Distinct().ShouldBe(korean.Where(command => command.Contains(' ')));
    }

    private static List<string> CommandsOf(string file, string from, string to)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, file));
        var section = text[text.IndexOf(from, StringComparison.Ordinal)..text.IndexOf(to, StringComparison.Ordinal)];
        return [.. Command().Matches(section).Select(match => match.Groups["command"].Value).Distinct()];
    }

    [GeneratedRegex(@"(^    |`)(?<command>(PIPELINE_TOKEN=… )?\./(run\.sh|pipeline)[^`\n]*)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Command();
}
