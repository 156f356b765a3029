using System.Text.RegularExpressions;

namespace Pipeline.Architecture;

/// <summary>Rules of the house style that a test can count.</summary>
public sealed partial class HouseStyleTests
{
    private const int MaxLines = 300;

    // Eventually polls so that no test has to; the corpus and the chaos runner are programs; a proxy is slow on purpose; a clock that is advanced forever yields to other threads.
    private static readonly string[] MayPause = ["tests/TestKit/Eventually.cs", "tests/TestKit/FaultProxy.cs", "tests/Corpus/", "tests/Chaos/", "tests/Processor.Tests/Scanning/ManualTime.cs"];

    // The last catch of a program, which reports the error to the user.
    private static readonly string[] MayCatchAll = ["src/Cli/CliApp.cs"];

    [Fact]
    public void No_file_holds_two_ideas() => Repository.Sources("src/", "tests/", "bench/")
        .Where(file => !file.Path.Contains("/Migrations/", StringComparison.Ordinal))
        .Select(file => (file.Path, file.Lines.Length))
        .Where(file => file.Length > MaxLines)
        .ShouldBeEmpty($"at most {MaxLines} lines");

    [Fact]
    public void No_test_is_skipped() => Where("tests/", line => Skipped().IsMatch(line)).ShouldBeEmpty();

    [Fact]
    public void Names_of_tests_are_sentences()
    {
        var names = Repository.Sources("tests/").SelectMany(file => TestMethod().Matches(file.Text).Select(match => match.Groups["name"].Value)).ToList();

        names.Count.ShouldBeGreaterThan(100, "or this test no longer finds them");
        names.Where(name => name.Count(c => c == '_') < 2).ShouldBeEmpty();
    }

    [Fact]
    public void No_test_sleeps() => Where("tests/", line => Sleep().IsMatch(line))
        .Where(where => !MayPause.Any(file => where.StartsWith(file, StringComparison.Ordinal)))
        .ShouldBeEmpty("wait for something, not for a while");

    [Fact]
    public void Nothing_is_swallowed() => Repository.Sources("src/")
        .Where(file => CatchAll().Matches(file.Text).Any(all => !all.Groups["block"].Value.Contains("throw", StringComparison.Ordinal)))
        .Select(file => file.Path)
        .Except(MayCatchAll)
        .ShouldBeEmpty("catch what you expect, or say when");

    [Fact]
    public void No_pattern_gives_up_within_a_minute() => Where("src/", line => ShortMatch().IsMatch(line))
        .ShouldBeEmpty("on an overloaded machine a cheap match can take seconds, and a host that started ended by the exception");

    private static IEnumerable<string> Where(string room, Func<string, bool> something) =>
        from file in Repository.Sources(room)
        from line in file.Code.Select((text, index) => (Text: text, Number: index + 1))
        where something(line.Text)
        select $"{file.Path}:{line.Number}";

    [GeneratedRegex(@"matchTimeoutMilliseconds: (\d{1,4}|\d_\d{3}|[1-5]\d_?\d{3})\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex ShortMatch();

    [GeneratedRegex(@"\[(Fact|Theory)\([^\]]*\bSkip\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Skipped();

    [GeneratedRegex(@"\[(Fact|Theory)\b[^;{]*?\bpublic (static )?(async )?(Task|void) (?<name>\w+)\(", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"\bThread\.Sleep\(|\bawait Task\.Delay\((TimeSpan|\d)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\bcatch\s*(\(Exception\s*\w*\)\s*)?\{(?<block>[^}]*)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex CatchAll();
}
