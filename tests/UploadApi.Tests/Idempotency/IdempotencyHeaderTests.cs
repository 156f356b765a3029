using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Pipeline.UploadApi.Http.Idempotency;

namespace Pipeline.UploadApi.Tests.Idempotency;

public sealed class IdempotencyHeaderTests
{
    [Theory]
    [InlineData("\"8e03978e-40d5-43e8-bc93-6894a57f9324\"", "8e03978e-40d5-43e8-bc93-6894a57f9324")]
    [InlineData("8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324")]
    [InlineData("\"a \\\"b\\\\ c\"", "a \"b\\ c")]
    [InlineData("aGVsbG8=", "aGVsbG8=")]
    [InlineData("  key  ", "key")]
    public void Keys_are_read_with_and_without_quotes(string header, string key) => Read(header).ShouldBe((key, null));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\"\"")]
    [InlineData("\"")]
    [InlineData("\"a")]
    [InlineData("a\"")]
    [InlineData("\"a\"b")]
    [InlineData("\"a\\b\"")]
    [InlineData("\"a\\")]
    [InlineData("\"a\";q=1")]
    [InlineData("\"a\", \"b\"")]
    [InlineData("a b")]
    [InlineData("a,b")]
    [InlineData("\"a\u0001\"")]
    [InlineData("\"ä\"")]
    [InlineData("ключ")]
    [InlineData("a\u0000")]
    public void Malformed_keys_are_refused_with_a_reason(string header)
    {
        var (key, error) = Read(header);
        key.ShouldBeNull();
        error.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void A_key_has_at_most_255_characters()
    {
        Read(new string('k', 255)).Key!.Length.ShouldBe(255);
        Read($"\"{string.Concat(Enumerable.Repeat("\\\\", 255))}\"").Key!.Length.ShouldBe(255, "characters are counted after the quotes are taken off");
        Read(new string('k', 256)).Error.ShouldBe("must have at most 255 characters");
        Read($"\"{new string('k', 256)}\"").Error.ShouldBe("must have at most 255 characters");
    }

    [Fact]
    public void Two_headers_are_refused_and_none_is_none()
    {
        Read(new StringValues(["a", "b"])).Error.ShouldBe("must occur only once");
        IdempotencyHeader.TryRead(new HeaderDictionary(), out _, out var error).ShouldBeFalse();
        error.ShouldBeNull();
    }

    /// <summary>Any key survives quoting, and no text at all makes the reader throw or return a key that a database refuses.</summary>
    [Fact]
    public void Every_printable_key_is_read_back_and_no_text_is_misread()
    {
        var random = new Random(20261130);
        for (var run = 0; run < 5_000; run++)
        {
            var key = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => (char)random.Next(' ', '~' + 1)));
            Read($"\"{key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"").ShouldBe((key, null));

            var any = string.Concat(Enumerable.Range(0, random.Next(0, 20)).Select(_ => random.Next(3) == 0 ? "\"\\;, "[random.Next(5)] : (char)random.Next(0, 300)));
            var (read, error) = Read(any);
            (read is null).ShouldBe(error is not null, any);
            if (read is not null) read.ShouldAllBe(c => c >= ' ' && c <= '~', any);
        }
    }

    private static (string? Key, string? Error) Read(StringValues header)
    {
        var headers = new HeaderDictionary { ["Idempotency-Key"] = header };
        return IdempotencyHeader.TryRead(headers, out var key, out var error) ? (key, error) : (null, error);
    }
}
