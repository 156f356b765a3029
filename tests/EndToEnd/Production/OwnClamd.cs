using System.Diagnostics;
using System.Net.Sockets;

namespace Pipeline.EndToEnd.Production;

/// <summary>A clamd of its own, whose signatures a test may add to while it runs.</summary>
internal sealed class OwnClamd : IAsyncDisposable
{
    private const long Largest = 26_214_400;

    private readonly TempFolder _folder = new();
    private readonly int _port = FreePort.Take();
    private readonly Process _process;

    private OwnClamd()
    {
        Directory.CreateDirectory(_folder["signatures"]);
        Write("eicar", EicarFile.Bytes);
        File.WriteAllText(_folder["clamd.conf"], $"""
            Foreground yes
            TCPSocket {_port}
            TCPAddr 127.0.0.1
            DatabaseDirectory {_folder["signatures"]}
            TemporaryDirectory {_folder.Path}
            StreamMaxLength {Largest}
            MaxFileSize {Largest}
            MaxScanSize {Largest * 4}
            AlertExceedsMax yes
            ConcurrentDatabaseReload no

            """);
        _process = Process.Start(new ProcessStartInfo("clamd", ["--config-file", _folder["clamd.conf"]]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public (string Name, string Value) Setting => ("Processor__Clamd__Address", $"tcp://127.0.0.1:{_port}");

    public static async Task<OwnClamd> StartAsync()
    {
        var clamd = new OwnClamd();
        await Eventually.True(async () => await clamd.AskAsync("zPING\0") == "PONG\0", "clamd answers");
        return clamd;
    }

    /// <summary>From now on these bytes are malware anywhere in a file.</summary>
    public async Task AddAsync(string name, byte[] bytes)
    {
        Write(name, bytes);
        (await AskAsync("zRELOAD\0")).ShouldStartWith("RELOADING");
        await Eventually.True(async () => (await ScanAsync(bytes)).Contains($"{name}.UNOFFICIAL FOUND", StringComparison.Ordinal), "the signature is loaded");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private void Write(string name, byte[] bytes) => File.WriteAllText(Path.Combine(_folder["signatures"], $"{name}.ndb"), $"{name}:0:*:{Convert.ToHexStringLower(bytes)}\n");

    private Task<string> ScanAsync(byte[] bytes) => AskAsync([.. "zINSTREAM\0"u8, 0, 0, 0, (byte)bytes.Length, .. bytes, 0, 0, 0, 0]);

    private Task<string> AskAsync(string command) => AskAsync(Encoding.ASCII.GetBytes(command));

    private async Task<string> AskAsync(byte[] command)
    {
        if (_process.HasExited) throw new InvalidOperationException($"clamd ended with exit code {_process.ExitCode}.");
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", _port);
            await using var stream = client.GetStream();
            await stream.WriteAsync(command);
            using var answer = new MemoryStream();
            await stream.CopyToAsync(answer);
            return Encoding.ASCII.GetString(answer.ToArray());
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return "";
        }
    }
}
