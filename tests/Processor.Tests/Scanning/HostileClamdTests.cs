using System.Net.Sockets;
using System.Text;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Tests.Scanning;

/// <summary>A reply that is not clearly a verdict never counts as clean.</summary>
public sealed class HostileClamdTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("stream: OK")]
    [InlineData("stream: O")]
    [InlineData("stream: OK\n")]
    [InlineData("stream: OK\0\0")]
    [InlineData("stream: OK\0stream: Evil FOUND\0")]
    [InlineData("stream: Evil FOU")]
    [InlineData("stream: Can't open file or directory ERROR\0")]
    [InlineData("COMMAND READ TIMED OUT\0")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nstream: OK")]
    [InlineData("\u00ff\u00fe\u0001\u0002\0")]
    public async Task A_reply_that_is_no_verdict_is_an_exception(string bytes)
    {
        await using var clamd = new ScriptedClamd(ScriptedClamd.Reply(bytes));

        await Should.ThrowAsync<ScannerUnavailableException>(() => Files.ScanAsync(clamd.Scanner(), Files.Noise(5000)));
    }

    [Fact]
    public async Task A_damaged_photo_gets_no_verdict_and_the_setting_is_named()
    {
        await using var clamd = new ScriptedClamd(ScriptedClamd.Reply("stream: Heuristics.Broken.Media.PNG.EOFReadingChunk FOUND\0"));

        var e = await Should.ThrowAsync<ScannerUnavailableException>(() => Files.ScanAsync(clamd.Scanner(), Files.Noise(5000)));

        e.Message.ShouldContain("AlertBrokenMedia");
    }

    [Fact]
    public async Task Ten_megabytes_of_reply_are_not_read()
    {
        var taken = 0;
        await using var clamd = new ScriptedClamd(async (socket, token) =>
        {
            await ScriptedClamd.TakeAllAsync(socket, token);
            for (; taken < 10_000_000; taken += 1000)
                await socket.SendAsync(new byte[1000].Select(_ => (byte)'x').ToArray(), token);
        });

        var e = await Should.ThrowAsync<ScannerUnavailableException>(() => Files.ScanAsync(clamd.Scanner(), [1]));

        e.Message.ShouldContain("longer than 4096 bytes");
    }

    [Fact]
    public async Task A_reset_instead_of_a_reply_is_an_exception()
    {
        await using var clamd = new ScriptedClamd(async (socket, token) =>
        {
            await ScriptedClamd.TakeAllAsync(socket, token);
            socket.LingerState = new LingerOption(enable: true, 0);
        });

        await Should.ThrowAsync<ScannerUnavailableException>(() => Files.ScanAsync(clamd.Scanner(), Files.Noise(5000)));
    }

    [Fact]
    public async Task A_reset_in_the_middle_of_the_stream_is_an_exception()
    {
        await using var clamd = new ScriptedClamd(async (socket, token) =>
        {
            await socket.ReceiveAsync(new byte[100], token);
            socket.LingerState = new LingerOption(enable: true, 0);
        });

        await Should.ThrowAsync<ScannerUnavailableException>(() => Files.ScanAsync(clamd.Scanner(), new byte[20_000_000]));
    }

    [Fact]
    public async Task Nothing_that_listens_is_an_exception()
    {
        var clamd = new ScriptedClamd(ScriptedClamd.Reply("stream: OK\0"));
        var scanner = clamd.Scanner();
        await clamd.DisposeAsync();

        await Should.ThrowAsync<ScannerUnavailableException>(() => Files.ScanAsync(scanner, [1]));
    }

    [Theory]
    [InlineData("stream: OK\0")]
    [InlineData("stream: Evil FOUND\0")]
    [InlineData("INSTREAM: no idea ERROR\0")]
    public async Task A_verdict_before_the_last_byte_is_none(string early)
    {
        await using var clamd = new ScriptedClamd(async (socket, token) =>
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(early), token);
            await ScriptedClamd.TakeAllAsync(socket, token);
        });

        await Should.ThrowAsync<ScannerUnavailableException>(() => Files.ScanAsync(clamd.Scanner(), new byte[20_000_000]));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(20_000_000)] // one write, which still waits for buffer space when the reset arrives
    public async Task The_size_limit_is_heard_although_the_write_has_failed(int chunkSize)
    {
        await using var clamd = new ScriptedClamd(async (socket, token) =>
        {
            await socket.ReceiveAsync(new byte[2000], token);
            await socket.SendAsync("INSTREAM size limit exceeded. ERROR\0"u8.ToArray(), token);
            // Closing with unread bytes makes the kernel reset the connection, so our next write fails.
        });

        var verdict = await Files.ScanAsync(clamd.Scanner(o => o.ChunkSize = chunkSize), new byte[20_000_000]);

        verdict.ShouldBeOfType<ScanVerdict.LimitExceeded>().Limit.ShouldBe("StreamMaxLength");
    }

    [Fact]
    public async Task All_bytes_arrive_as_they_are()
    {
        byte[] received = [];
        await using var clamd = new ScriptedClamd(async (socket, token) =>
        {
            received = await ScriptedClamd.TakeAllAsync(socket, token);
            await socket.SendAsync("stream: OK\0"u8.ToArray(), token);
        });
        var file = Files.Noise(12_345);

        (await Files.ScanAsync(clamd.Scanner(), file)).ShouldBeOfType<ScanVerdict.Clean>();

        received.ShouldBe(file);
    }

    [Fact]
    public async Task A_stream_that_was_cut_short_is_never_terminated()
    {
        var terminated = false;
        await using (var clamd = new ScriptedClamd(async (socket, token) =>
        {
            await ScriptedClamd.TakeAllAsync(socket, token);
            terminated = true;
        }))
        {
            await Should.ThrowAsync<ScannerUnavailableException>(
                () => clamd.Scanner().ScanAsync(new MemoryStream(new byte[5000]), 5001, CancellationToken.None));
        }

        terminated.ShouldBeFalse();
    }
}
