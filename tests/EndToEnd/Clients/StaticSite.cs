using System.Diagnostics;
using System.Net;

namespace Pipeline.EndToEnd.Clients;

/// <summary>A front end of its own origin: one page with one script, which esbuild makes of a source with packages of npm.</summary>
public sealed class StaticSite : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly byte[] _script;

    private StaticSite(Uri address, byte[] script)
    {
        (Address, _script) = (address, script);
        _listener.Prefixes.Add(address.AbsoluteUri);
        _listener.Start();
        _ = AnswerAsync();
    }

    public Uri Address { get; }

    /// <summary>The origin, as CORS rules name it.</summary>
    public static Uri FreeAddress() => new($"http://localhost:{FreePort.Take()}/");

    public static async Task<StaticSite> StartAsync(Uri address, TempFolder folder, string entry) => new(address, await BundleAsync(folder, entry));

    public void Dispose() => _listener.Close();

    private static async Task<byte[]> BundleAsync(TempFolder folder, string entry)
    {
        var client = Path.Combine(Repository.Root, "clients", "typescript");
        await RunAsync(Path.Combine(client, "install.sh"), client);
        await RunAsync(
            Path.Combine(client, "node_modules", ".bin", "esbuild"), folder.Path, entry, "--bundle", "--outfile=bundle.js", "--jsx=automatic", "--define:process.env.NODE_ENV=\"production\"",
            "--log-level=warning", $"--alias:@pipeline/client={Path.Combine(client, "src", "index.ts")}", $"--alias:@pipeline/client/uppy={Path.Combine(client, "src", "uppy.ts")}");
        return await File.ReadAllBytesAsync(folder["bundle.js"]);
    }

    private static async Task RunAsync(string program, string workingFolder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = workingFolder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NODE_PATH"] = Path.Combine(Repository.Root, "clients", "typescript", "node_modules");
        using var process = Process.Start(start)!;
        var (said, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{await said}{await errors}");
    }

    private async Task AnswerAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // closed
            }

            var isScript = context.Request.Url!.AbsolutePath == "/bundle.js";
            context.Response.ContentType = isScript ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8";
            await context.Response.OutputStream.WriteAsync(isScript ? _script : "<!doctype html><title>Test</title><div id=root></div><script src=/bundle.js></script>"u8.ToArray());
            context.Response.Close();
        }
    }
}
