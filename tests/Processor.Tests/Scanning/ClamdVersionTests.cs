using System.Net.Sockets;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Tests.Scanning;

public sealed class ClamdVersionTests
{
    [Fact]
    public async Task It_is_asked_once_for_many_scans()
    {
        await using var clamd = new ScriptedClamd(ScriptedClamd.Reply("stream: OK\0"));
        var scanner = clamd.Scanner();

        for (var i = 0; i < 5; i++)
            (await Files.ScanAsync(scanner, [1])).Scanner.ShouldBe("ClamAV 1.4.6/27500/Mon Nov  3 09:12:01 2025");

        clamd.VersionsAsked.ShouldBe(1);
    }

    [Theory]
    [InlineData("ClamAV \u001b[2J1.4", "ClamAV ?[2J1.4")]
    [InlineData("COMMAND UNAVAILABLE", "clamd")]
    public async Task A_strange_one_does_no_harm(string version, string name)
    {
        await using var clamd = new ScriptedClamd(ScriptedClamd.Reply("stream: OK\0")) { Version = version };

        (await Files.ScanAsync(clamd.Scanner(), [1])).Scanner.ShouldBe(name);
    }

    [Fact]
    public void Signatures_have_the_date_that_stands_in_it()
    {
        ClamdVersion.SignaturesFrom("ClamAV 1.4.6/27500/Mon Nov  3 09:12:01 2025")
            .ShouldBe(new DateTimeOffset(2025, 11, 3, 9, 12, 1, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("ClamAV 1.4.6")]
    [InlineData("ClamAV 1.4.6/27500/soon")]
    [InlineData("clamd")]
    public void Without_a_date_their_age_is_unknown(string name)
    {
        ClamdVersion.SignaturesFrom(name).ShouldBeNull();
    }

    [Fact]
    public async Task A_scan_goes_over_a_unix_socket_too()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock");
        try
        {
            await using var clamd = new ScriptedClamd(ScriptedClamd.Reply("stream: OK\0"), new UnixDomainSocketEndPoint(path));

            (await Files.ScanAsync(clamd.Scanner(), Files.Noise(5000))).ShouldBeOfType<ScanVerdict.Clean>();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
