using Pipeline.Cli.Output;

namespace Pipeline.Cli.Tests;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("a\u200Eb.jpg", @"a\u{200E}b.jpg")]
    [InlineData("\uFEFFa.jpg", @"\u{FEFF}a.jpg")]
    [InlineData("so\u00ADft", @"so\u{00AD}ft")]
    [InlineData("\u2068x\u2069", @"\u{2068}x\u{2069}")]
    [InlineData("\u202Egpj.exe", @"\u{202E}gpj.exe")]
    [InlineData("👩‍👩‍👧.jpg", "👩‍👩‍👧.jpg")]
    [InlineData("می‌خواهم", "می‌خواهم")]
    [InlineData("a\u001b[31mb\nc", "a[31mb c")]
    public void Invisible_characters_are_shown_by_their_numbers_and_terminals_are_told_nothing(string text, string shown) => Printable.Clean(text).ShouldBe(shown);
}
