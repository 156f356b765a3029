using System.Diagnostics;
using System.Runtime.InteropServices;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Isolation;

/// <summary>Descriptors that a worker's parent process, or a library in the worker, left open for child processes.</summary>
public sealed partial class StrayDescriptorTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly int _stray;

    public StrayDescriptorTests()
    {
        const int duplicateFrom = 0, seldomUsed = 600;
        File.WriteAllText(_folder["secret"], "not for decoders");
        using var secret = File.OpenHandle(_folder["secret"]);
        _stray = FileControl((int)secret.DangerousGetHandle(), duplicateFrom, seldomUsed);
        _stray.ShouldBeGreaterThanOrEqualTo(seldomUsed);
    }

    [Fact]
    public async Task A_decoder_inherits_none()
    {
        await using var bench = new DecoderBench();
        await bench.Pool.StartAsync(CancellationToken.None);

        Targets(bench.Processes().ShouldHaveSingleItem()).ShouldNotContain(_folder["secret"]);
    }

    [Fact]
    public async Task What_a_decoder_has_open_is_its_pipes_and_what_its_runtime_made()
    {
        await using var bench = new DecoderBench();
        await bench.Pool.StartAsync(CancellationToken.None);

        Targets(bench.Processes().ShouldHaveSingleItem()).Where(target => !target.StartsWith("pipe:", StringComparison.Ordinal)
            && !target.StartsWith("anon_inode:", StringComparison.Ordinal) && !target.StartsWith("/memfd:doublemapper", StringComparison.Ordinal)
            && !target.EndsWith(".dll", StringComparison.Ordinal) && target != "/dev/urandom").ShouldBeEmpty();
    }

    [Fact]
    public void Another_program_inherits_it_or_these_tests_show_nothing()
    {
        using var other = Process.Start(new ProcessStartInfo("/bin/cat") { UseShellExecute = false, RedirectStandardInput = true })!;
        try
        {
            Targets(other.Id).ShouldContain(_folder["secret"]);
        }
        finally
        {
            other.Kill();
        }
    }

    public void Dispose()
    {
        _ = Close(_stray);
        _folder.Dispose();
    }

    private static IReadOnlyList<string> Targets(int process) =>
        [.. Directory.GetFileSystemEntries($"/proc/{process}/fd").Select(path => new FileInfo(path).LinkTarget).OfType<string>()];

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
