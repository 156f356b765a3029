using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Pipeline.Imaging.Isolation;
using Pipeline.Imaging.Isolation.Kernel;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Isolation;

/// <summary>The abilities of a program that is started like a decoder.</summary>
public sealed class SandboxTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TempFolder _elsewhere = new();

    public SandboxTests()
    {
        Directory.CreateDirectory(_folder["in"]);
        Directory.CreateDirectory(_folder["out"]);
        File.WriteAllText(_folder["in/source"], "mine");
        File.WriteAllText(_elsewhere["secret"], "not mine");
    }

    [Fact]
    public void It_reads_what_it_is_given_and_writes_where_it_may()
    {
        Run("/bin/cat", _folder["in/source"]).ShouldBe((0, "mine", ""));
        Bash("echo made > out/made && read -r line < out/made && echo $line").Output.ShouldBe("made\n");
    }

    [Fact]
    public void It_reads_no_file_outside_of_its_folder()
    {
        var (status, output, error) = Run("/bin/cat", _elsewhere["secret"]);

        status.ShouldNotBe(0);
        output.ShouldBeEmpty();
        error.ShouldContain("Permission denied");
        Bash("echo /tmp/* /etc/*").Output.ShouldBe("/tmp/* /etc/*\n");
    }

    [Fact]
    public void It_changes_nothing_but_in_its_output_folder()
    {
        Bash("echo other > in/source").Error.ShouldContain("Permission denied");
        Bash($"echo other > {_elsewhere["secret"]}").Error.ShouldContain("Permission denied");
        Bash("echo new > beside").Error.ShouldContain("Permission denied");
        Run("/bin/mkdir", _folder["out/folder"]).Status.ShouldNotBe(0);

        File.ReadAllText(_folder["in/source"]).ShouldBe("mine");
        File.ReadAllText(_elsewhere["secret"]).ShouldBe("not mine");
    }

    [Fact]
    public void It_makes_no_links()
    {
        Run("/bin/ln", "-s", _elsewhere["secret"], _folder["out/soft"]).Status.ShouldNotBe(0);
        Run("/bin/ln", _folder["in/source"], _folder["out/hard"]).Status.ShouldNotBe(0);

        Directory.GetFileSystemEntries(_folder["out"]).ShouldBeEmpty();
    }

    [Fact]
    public void It_opens_no_connection()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;

        Bash($"exec 3<>/dev/tcp/127.0.0.1/{port}").Error.ShouldContain("Operation not permitted");

        server.Pending().ShouldBeFalse();
    }

    [Fact]
    public void Of_the_entries_in_proc_it_sees_its_own_only()
    {
        Run("/bin/cat", "/proc/self/status").Output.ShouldStartWith("Name:\tcat\n");
        Run("/bin/cat", $"/proc/{Environment.ProcessId}/environ").Error.ShouldContain("Permission denied");
        Run("/bin/cat", $"/proc/{Environment.ProcessId}/cmdline").Error.ShouldContain("Permission denied");
        Bash("echo /proc/*").Output.ShouldBe("/proc/*\n");
    }

    [Fact]
    public void It_signals_no_other_process() => Bash($"kill -0 {Environment.ProcessId}").Error.ShouldContain("Operation not permitted");

    [Fact]
    public void It_runs_no_other_program() => Bash("exec /bin/cat in/source").Error.ShouldContain("Permission denied");

    [Fact]
    public void Who_has_sealed_itself_starts_nothing_any_more()
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            Sys.GiveUpNewPrivileges();
            SeccompFilter.ForWork(Syscalls.Here!, Environment.ProcessId).TryInstall(Syscalls.Here!, allThreads: false).ShouldBeTrue();
            failure = Record.Exception(() => Process.Start("/bin/true"));
        });
        thread.Start();
        thread.Join();

        failure.ShouldBeOfType<Win32Exception>().Message.ShouldContain("Operation not permitted");
    }

    public void Dispose()
    {
        _folder.Dispose();
        _elsewhere.Dispose();
    }

    private (int Status, string Output, string Error) Bash(string script) => Run("/bin/bash", "-c", script);

    private (int Status, string Output, string Error) Run(string program, params string[] arguments)
    {
        var policy = new SandboxPolicy(
            [program, .. SandboxPolicy.Loaders], [.. DecoderFiles.SystemLibraries, .. SandboxPolicy.KernelInfoFiles, _folder["in"]], [_folder["out"]]);
        var start = DecoderProgram.Confined(policy, program, arguments);
        start.WorkingDirectory = _folder.Path;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error);
    }
}
