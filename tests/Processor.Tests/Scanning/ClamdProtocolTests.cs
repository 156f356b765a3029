using System.Text;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Tests.Scanning;

public sealed class ClamdProtocolTests
{
    [Fact]
    public void Only_the_exact_words_are_clean()
    {
        ClamdProtocol.ParseScan("stream: OK").ShouldBeOfType<ClamdReply.Clean>();
    }

    [Theory]
    [InlineData("")]
    [InlineData("OK")]
    [InlineData("stream: ok")]
    [InlineData("stream: OK ")]
    [InlineData(" stream: OK")]
    [InlineData("stream: OK\n")]
    [InlineData("stream:OK")]
    [InlineData("stream: OKOK")]
    [InlineData("1: stream: OK")]
    [InlineData("stream: OK stream: OK")]
    [InlineData("PONG")]
    [InlineData("stream: FOUND")]
    [InlineData("stream:  FOUND")]
    [InlineData("Win.Test FOUND")]
    [InlineData("stream: Win.Test")]
    [InlineData("stream: Can't allocate memory ERROR")]
    [InlineData("INSTREAM size limit exceeded.")]
    [InlineData("COMMAND READ TIMED OUT")]
    [InlineData("UNKNOWN COMMAND")]
    public void Any_other_words_are_no_verdict(string reply)
    {
        ClamdProtocol.ParseScan(reply).ShouldBeOfType<ClamdReply.Unusable>();
    }

    [Theory]
    [InlineData("stream: Eicar-Test-Signature FOUND", "Eicar-Test-Signature")]
    [InlineData("stream: Win.Trojan.X-1(deadbeef:68) FOUND", "Win.Trojan.X-1(deadbeef:68)")]
    [InlineData("stream: OK FOUND", "OK")]
    [InlineData("stream: a\u001b[31mb\r\nc\u00e9 FOUND", "a?[31mb??c?")]
    [InlineData("stream: Heuristics.Phishing.Email FOUND", "Heuristics.Phishing.Email")]
    [InlineData("stream: Heuristics.Limits.ExceededNot FOUND", "Heuristics.Limits.ExceededNot")]
    public void What_is_found_is_infected_by_a_printable_name(string reply, string signature)
    {
        ClamdProtocol.ParseScan(reply).ShouldBe(new ClamdReply.Infected(signature));
    }

    [Fact]
    public void A_name_is_cut_at_two_hundred_characters()
    {
        ClamdProtocol.ParseScan($"stream: {new string('x', 1000)} FOUND").ShouldBe(new ClamdReply.Infected(new string('x', 200)));
    }

    [Theory]
    [InlineData("INSTREAM size limit exceeded. ERROR", "StreamMaxLength")]
    [InlineData("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND", "MaxFileSize")]
    [InlineData("stream: Heuristics.Limits.Exceeded.MaxScanTime FOUND", "MaxScanTime")]
    [InlineData("stream: Heuristics.Limits.Exceeded FOUND", "Heuristics.Limits.Exceeded")]
    public void A_limit_is_neither_clean_nor_infected(string reply, string limit)
    {
        ClamdProtocol.ParseScan(reply).ShouldBe(new ClamdReply.LimitExceeded(limit));
    }

    [Fact]
    public void A_damaged_photo_is_neither_infected_nor_clean()
    {
        ClamdProtocol.ParseScan("stream: Heuristics.Broken.Media.JPEG.JFIFmarkerBadPosition FOUND").ShouldBeOfType<ClamdReply.BrokenMedia>();
    }

    [Theory]
    [InlineData("stream: OK\0", "stream: OK")]
    [InlineData("\0", "")]
    [InlineData("stream: OK", null)]
    [InlineData("", null)]
    [InlineData("stream: OK\0stream: X FOUND\0", null)]
    [InlineData("stream: OK\0\0", null)]
    public void A_reply_ends_with_its_only_zero_byte(string bytes, string? text)
    {
        ClamdProtocol.TextOf(Encoding.Latin1.GetBytes(bytes)).ShouldBe(text);
    }

    [Fact]
    public void A_chunk_says_its_length_with_the_highest_byte_first()
    {
        var buffer = new byte[5];

        ClamdProtocol.WriteHeader(buffer, 0x01020304);

        buffer.ShouldBe([1, 2, 3, 4, 0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_chunk_cannot_end_the_stream_by_accident(int length)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => ClamdProtocol.WriteHeader(new byte[4], length));
    }
}
