using System.Text.RegularExpressions;

namespace Pipeline.Architecture;

/// <summary>Comments, messages and docs name the actor, and use the terms of the field.</summary>
public sealed partial class WordsTests
{
    private const string Advice = "say who does what, and use the terms of queues, storage and imaging";

    private static readonly string[] Guides = [".md", ".sh", ".yml", ".conf", ".env", ".example", ".service", ".Dockerfile", ".html", ".js"];

    [Fact]
    public void No_comment_uses_a_phrase_that_readers_have_to_guess() => Vague(
        from file in Repository.Sources("tests/", "bench/", "tools/")
        from line in file.Lines.Select((text, index) => (Text: text, Number: index + 1))
        where Comment().IsMatch(line.Text)
        select (file.Path, line.Number, Text: Comment().Match(line.Text).Value)).ShouldBeEmpty(Advice);

    [Fact]
    public void No_message_of_the_product_and_no_guide_uses_a_phrase_that_readers_have_to_guess() => Vague(
        from file in Repository.Sources("src/").Concat(Repository.Files.Where(file => Guides.Any(end => file.Path.EndsWith(end, StringComparison.Ordinal))))
        from line in file.Lines.Select((text, index) => (Text: text, Number: index + 1))
        select (file.Path, line.Number, line.Text)).ShouldBeEmpty(Advice);

    private static IEnumerable<string> Vague(IEnumerable<(string Path, int Number, string Text)> lines) =>
        from line in lines
        where !line.Path.Contains("/Migrations/", StringComparison.Ordinal) && !line.Path.EndsWith("/WordsTests.cs", StringComparison.Ordinal)
        from Match phrase in Phrase().Matches(line.Text)
        select $"{line.Path}:{line.Number}: {phrase.Value}";

    // "Whoever" and "is told" hide the actor, "is no photo" hides the verb, and the others are pictures that stand for a term of the field: API, request,
    // round trip, heartbeat, dead-letter, invalid, compromised, unexpected.
    [GeneratedRegex(
        @"\b(whoever|whosoever|((is|are|was|were) told)|(tells? (how|what|why|where|whether|the rest|all)\b)|(?<!there )is no (?!longer|more)|what is (in|not|there)\b"
            + @"|front door|journey|farewell|wish(es)?|as good as|says? no\b|signs? of life|no news|puts? aside|makes? no sense|strangers?|taken over|foresaw|unforeseen|anew)\b",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Phrase();

    [GeneratedRegex(@"(?<![:""\w])//.*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();
}
