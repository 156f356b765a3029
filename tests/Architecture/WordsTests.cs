using System.Text.RegularExpressions;

namespace Pipeline.Architecture;

/// <summary>Comments name who does what, in words that need no second reading.</summary>
public sealed partial class WordsTests
{
    [Fact]
    public void No_comment_uses_a_phrase_that_readers_have_to_guess() =>
        (from file in Repository.Sources("src/")
         where !file.Path.Contains("/Migrations/", StringComparison.Ordinal)
         from line in file.Lines.Select((text, index) => (Text: text, Number: index + 1))
         from Match phrase in Vague().Matches(line.Text)
         select $"{file.Path}:{line.Number}: {phrase.Groups["phrase"].Value}")
        .ShouldBeEmpty("say who does what, and name things by the words of queues, storage and imaging");

    // "Whoever" hides the actor, and the others are pictures that stand for a term of the field: API, request, round trip, refusal.
    [GeneratedRegex(@"//.*?\b(?<phrase>whoever|whosoever|front door|journey|farewell|wish(es)?|as good as|says? no)\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Vague();
}
