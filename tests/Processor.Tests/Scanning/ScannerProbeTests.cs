using System.Text;
using Microsoft.Extensions.Options;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Tests.Scanning;

[Collection(RealClamd.Name)]
public sealed class ScannerProbeTests(ClamdFixture real)
{
    [Fact]
    public async Task A_real_clamd_is_reliable()
    {
        var health = await new ScannerProbe(real.Options, TimeProvider.System).CheckAsync(CancellationToken.None);

        health.ShouldBeOfType<ScannerHealth.Reliable>().Scanner.ShouldStartWith("ClamAV ");
    }

    [Fact]
    public async Task The_age_of_the_signatures_is_told()
    {
        await using var clamd = Clamd("FOUND", "LIMIT", "OK", "OK");

        var health = await Check(clamd.Options, new Clock(new DateTimeOffset(2025, 11, 5, 9, 12, 1, TimeSpan.Zero)));

        health.ShouldBeOfType<ScannerHealth.Reliable>().SignatureAge.ShouldBe(TimeSpan.FromDays(2));
    }

    [Fact]
    public async Task A_clamd_without_signatures_is_not_reliable()
    {
        await using var clamd = Clamd("OK", "OK", "OK");

        (await Check(clamd.Options)).ShouldBeOfType<ScannerHealth.Unreliable>().Reason.ShouldContain("signatures");
    }

    [Fact]
    public async Task A_clamd_that_passes_what_it_has_not_looked_at_is_not_reliable()
    {
        await using var clamd = Clamd("FOUND", "OK", "OK");

        (await Check(clamd.Options)).ShouldBeOfType<ScannerHealth.Unreliable>().Reason.ShouldContain("AlertExceedsMax");
    }

    [Fact]
    public async Task A_clamd_that_objects_to_damaged_photos_is_not_reliable()
    {
        await using var clamd = Clamd("FOUND", "LIMIT", "BROKEN");

        (await Check(clamd.Options)).ShouldBeOfType<ScannerHealth.Unreliable>().Reason.ShouldContain("AlertBrokenMedia");
    }

    [Fact]
    public async Task A_clamd_that_takes_no_file_as_large_as_an_upload_is_told_by_the_limit()
    {
        var options = real.Options.Value;
        options.LargestFile = ClamdFixture.StreamMaxLength + 1;

        (await Wrong(options)).ShouldNotBeNull().ShouldContain("StreamMaxLength");
        options.LargestFile = ClamdFixture.StreamMaxLength;
        (await Wrong(options)).ShouldBeNull();
    }

    [Fact]
    public async Task Old_signatures_are_told()
    {
        await using var clamd = Clamd("FOUND", "LIMIT", "OK", "OK");

        (await Wrong(clamd.Options, new Clock(new DateTimeOffset(2025, 11, 15, 9, 12, 1, TimeSpan.Zero))))
            .ShouldNotBeNull().ShouldContain("12 days");
    }

    [Fact]
    public async Task Where_nothing_listens_there_is_no_clamd()
    {

        (await Check(new ClamdOptions { Address = "unix:///nowhere/clamd.sock" }))
            .ShouldBeOfType<ScannerHealth.Unreliable>().Reason.ShouldContain("unix:///nowhere/clamd.sock");
    }

    /// <summary>Returns its replies in order, whatever the request.</summary>
    private static ScriptedClamd Clamd(params string[] replies)
    {
        var next = 0;
        return new ScriptedClamd(async (socket, token) =>
        {
            await ScriptedClamd.TakeAllAsync(socket, token);
            var reply = replies[next++] switch
            {
                "FOUND" => "stream: Eicar FOUND",
                "LIMIT" => "stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND",
                "BROKEN" => "stream: Heuristics.Broken.Media.GIF.TruncatedScreenDescriptor FOUND",
                _ => "stream: OK",
            };
            await socket.SendAsync(Encoding.ASCII.GetBytes(reply + "\0"), token);
        });
    }

    private static Task<ScannerHealth> Check(ClamdOptions options, TimeProvider? time = null) =>
        new ScannerProbe(Options.Create(options), time ?? TimeProvider.System).CheckAsync(CancellationToken.None);

    private static Task<string?> Wrong(ClamdOptions options, TimeProvider? time = null)
    {
        var (wrapped, clock) = (Options.Create(options), time ?? TimeProvider.System);
        return new ClamdHealth(new ScannerProbe(wrapped, clock), wrapped, clock).WhatIsWrongAsync(CancellationToken.None);
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
