using System.Diagnostics;
using Microsoft.Extensions.Options;
using Pipeline.Processor.Scanning;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Scanning;

/// <summary>A real clamd with a test's own limits; it detects EICAR anywhere in a file.</summary>
internal sealed class OwnClamd : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Process _process;

    private OwnClamd(int port, long streamMax, long fileMax, long scanMax)
    {
        Options = Microsoft.Extensions.Options.Options.Create(new ClamdOptions { Address = $"tcp://127.0.0.1:{port}" });
        File.WriteAllText(_folder["test.ndb"], $"Test.Eicar:0:*:{Convert.ToHexStringLower(Eicar.Bytes.Span)}\n");
        File.WriteAllText(_folder["clamd.conf"], $"""
            Foreground yes
            TCPSocket {port}
            TCPAddr 127.0.0.1
            DatabaseDirectory {_folder.Path}
            TemporaryDirectory {_folder.Path}
            StreamMaxLength {streamMax}
            MaxFileSize {fileMax}
            MaxScanSize {scanMax}
            AlertExceedsMax yes

            """);
        _process = Process.Start(new ProcessStartInfo("clamd", ["--config-file", _folder["clamd.conf"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public IOptions<ClamdOptions> Options { get; }

    public ClamdScanner Scanner => new(Options, TimeProvider.System);

    public static async Task<OwnClamd> StartAsync(long streamMax, long fileMax, long scanMax)
    {
        var clamd = new OwnClamd(FreePort.Take(), streamMax, fileMax, scanMax);
        try
        {
            await Eventually.True(clamd.AnswersAsync, "clamd answers");
            return clamd;
        }
        catch
        {
            await clamd.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        if (_process.HasExited) throw new InvalidOperationException($"clamd ended with exit code {_process.ExitCode}.");
        try
        {
            return (await Files.ScanAsync(Scanner, [1])).Scanner.StartsWith("ClamAV", StringComparison.Ordinal);
        }
        catch (ScannerUnavailableException)
        {
            return false;
        }
    }
}
