using System.Net;
using System.Net.Sockets;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Tests.Scanning;

/// <summary>Each test would hang forever without its deadline: all other deadlines are far away on the test's clock.</summary>
public sealed class ClamdDeadlineTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Far = TimeSpan.FromDays(30);

    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_clamd_that_never_answers_ends_at_the_scan_timeout()
    {
        await using var clamd = new ScriptedClamd(async (socket, token) =>
        {
            await ScriptedClamd.TakeAllAsync(socket, token);
            _time.Advance(Short);
            await Task.Delay(Timeout.Infinite, token);
        });

        await ShouldEndBy("finish the scan", Files.ScanAsync(Scanner(clamd.Options, scan: Short), [1]));
    }

    [Fact]
    public async Task A_clamd_that_takes_no_bytes_ends_at_the_idle_timeout()
    {
        await using var clamd = new ScriptedClamd((_, token) => _time.AdvanceForEver(Short, token));

        await ShouldEndBy("accept a write", Files.ScanAsync(Scanner(clamd.Options, idle: Short), new byte[50_000_000]));
    }

    [Fact]
    public async Task A_reply_that_stops_halfway_ends_at_the_idle_timeout()
    {
        await using var clamd = new ScriptedClamd(async (socket, token) =>
        {
            await ScriptedClamd.TakeAllAsync(socket, token);
            await socket.SendAsync("stream: O"u8.ToArray(), token);
            await _time.AdvanceForEver(Short, token);
        });

        await ShouldEndBy("answer", Files.ScanAsync(Scanner(clamd.Options, idle: Short), [1]));
    }

    [Fact]
    public async Task A_reply_that_drips_for_ever_ends_at_the_scan_timeout()
    {
        await using var clamd = new ScriptedClamd(async (socket, token) =>
        {
            await ScriptedClamd.TakeAllAsync(socket, token);
            while (true)
            {
                await socket.SendAsync("x"u8.ToArray(), token);
                _time.Advance(Short / 100);
            }
        });

        await ShouldEndBy("finish the scan", Files.ScanAsync(Scanner(clamd.Options, scan: Short), [1]));
    }

    [Fact]
    public async Task A_file_that_never_comes_ends_at_the_scan_timeout()
    {
        await using var clamd = new ScriptedClamd((_, token) => _time.AdvanceForEver(Short, token));

        await ShouldEndBy(
            "finish the scan",
            Scanner(clamd.Options, scan: Short).ScanAsync(new Files.StalledStream(), 1, CancellationToken.None));
    }

    [Fact]
    public async Task A_clamd_that_accepts_but_is_asleep_ends_at_the_idle_timeout()
    {
        // A listener that accepts no connection: the kernel completes the handshake, as for a stopped process.
        using var asleep = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        asleep.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        asleep.Listen(1);
        using var over = new CancellationTokenSource();

        var scan = Files.ScanAsync(Scanner(new ClamdOptions { Address = $"tcp://{asleep.LocalEndPoint}" }, idle: Short), [1]);
        var clock = _time.AdvanceForEver(Short, over.Token);

        await ShouldEndBy("answer", scan);
        await over.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => clock);
    }

    [Fact]
    public async Task The_wait_for_a_long_scan_is_not_cut_at_the_idle_timeout()
    {
        await using var clamd = new ScriptedClamd(async (socket, token) =>
        {
            await ScriptedClamd.TakeAllAsync(socket, token);
            _time.Advance(100 * Short);
            await socket.SendAsync("stream: OK\0"u8.ToArray(), token);
        });

        (await Files.ScanAsync(Scanner(clamd.Options, idle: Short), [1])).ShouldBeOfType<ScanVerdict.Clean>();
    }

    [Fact]
    public async Task A_cancellation_is_not_taken_for_a_deadline()
    {
        using var cancel = new CancellationTokenSource();
        await using var clamd = new ScriptedClamd(async (socket, token) =>
        {
            await ScriptedClamd.TakeAllAsync(socket, token);
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        });

        await Should.ThrowAsync<OperationCanceledException>(
            () => Scanner(clamd.Options).ScanAsync(new MemoryStream([1]), 1, cancel.Token));
    }

    private ClamdScanner Scanner(ClamdOptions options, TimeSpan? idle = null, TimeSpan? scan = null)
    {
        options.ConnectTimeout = Far;
        options.IdleTimeout = idle ?? Far;
        options.ScanTimeout = scan ?? Far;
        return new ClamdScanner(Microsoft.Extensions.Options.Options.Create(options), _time);
    }

    private static async Task ShouldEndBy(string deadline, Task<ScanVerdict> scan) =>
        (await Should.ThrowAsync<ScannerUnavailableException>(() => scan)).Message.ShouldStartWith($"clamd did not {deadline} within");
}
