using System.Diagnostics;
using System.Globalization;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Isolation;

/// <summary>A busy decoder, and a process outside of the sandbox for comparison; the test makes both call the kernel.</summary>
public sealed class LiveDecoder : IAsyncLifetime
{
    private const int OpenAt = 257, Close = 3, Here = -100, CreateAndWrite = 0x42;

    private readonly TempFolder _outside = new();
    private readonly List<Process> _shells = [];

    /// <summary>The decoder.</summary>
    public int Id { get; private set; }

    /// <summary>A process without a sandbox.</summary>
    public int Free { get; private set; }

    internal DecoderBench Bench { get; } = new();

    /// <summary>A file that the decoder does not need.</summary>
    public string Secret => _outside["secret"];

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_outside["out"]);
        await File.WriteAllTextAsync(Secret, "not for decoders");
        await File.WriteAllTextAsync(_outside["changed"], "for all others");
        File.SetUnixFileMode(Secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetLastWriteTimeUtc(Secret, DateTime.UnixEpoch);
        Free = Sleeper();
        Other = Sleeper();
        await Bench.Pool.StartAsync(CancellationToken.None);
        await Work();
        Id = Bench.Processes().ShouldHaveSingleItem();
    }

    /// <summary>A target for signals, priority changes and tracing.</summary>
    private int Other { get; set; }

    internal async Task Work() => (await Bench.Render(Bench.Photos.Photo($"{Guid.NewGuid()}.jpg", 300, 200))).Rejection.ShouldBeNull();

    /// <summary>The kernel's result for the decoder.</summary>
    internal long Inside(ForbiddenCall call) => Call(Id, call, Secret);

    /// <summary>The kernel's result for the other process.</summary>
    internal long Outside(ForbiddenCall call) => Call(Free, call, _outside["changed"]);

    /// <summary>Tries to read a file or folder; returns a descriptor or the error.</summary>
    internal static long Read(int process, string path) => Puppet.Play(process, puppet => Closed(puppet, puppet.Call(OpenAt, Here, path, 0, 0)));

    public async Task DisposeAsync()
    {
        await Bench.DisposeAsync();
        foreach (var shell in _shells)
        {
            shell.Kill(entireProcessTree: true);
            shell.Dispose();
        }

        _outside.Dispose();
    }

    private static long Closed(Puppet puppet, long descriptor)
    {
        if (descriptor >= 0) puppet.Call(Close, descriptor);
        return descriptor;
    }

    private long Call(int process, ForbiddenCall call, string file) => Puppet.Play(process, puppet =>
    {
        var own = call.Arguments.Contains(Given.Own) || call.Arguments.Contains("out/mine") ? puppet.Call(OpenAt, Here, "out/mine", CreateAndWrite, 0x180) : -1;
        var result = puppet.Call(call.Number, [.. call.Arguments.Select(argument => argument switch
        {
            Given.File => file,
            Given.Own => own,
            Given.Other => Other,
            _ => argument,
        })]);
        Closed(puppet, own);
        return result;
    });

    // The shell in between is .NET's child, so that .NET does not watch the process that is stopped.
    private int Sleeper()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "sleep 1000000 & echo $!; wait"]) { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = _outside.Path };
        var shell = Process.Start(start)!;
        _shells.Add(shell);
        return int.Parse(shell.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }
}
