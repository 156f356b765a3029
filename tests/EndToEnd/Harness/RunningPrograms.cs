using System.Diagnostics;

namespace Pipeline.EndToEnd.Harness;

/// <summary>Runs programs of docs/ as a reader does.</summary>
internal static class RunningPrograms
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Starts a program in the folder.</summary>
    public static Process Start(TempFolder folder, string program, params (string Name, string Value)[] variables) => Start(folder, program, readsErrors: false, variables);

    /// <summary>The output of a program that ends by itself, without an error.</summary>
    public static async Task<string> RunAsync(TempFolder folder, string program, params (string Name, string Value)[] variables)
    {
        var (code, output) = await EndAsync(folder, program, variables);
        code.ShouldBe(0, output);
        return output;
    }

    /// <summary>The exit code of a program that ends by itself, and its output with its errors.</summary>
    public static async Task<(int Code, string Output)> EndAsync(TempFolder folder, string program, params (string Name, string Value)[] variables)
    {
        using var process = Start(folder, program, readsErrors: true, variables);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var all = (await output.WaitAsync(Limit)) + (await errors.WaitAsync(Limit));
        await process.WaitForExitAsync();
        return (process.ExitCode, all);
    }

    /// <summary>The next line of its output; null at its end.</summary>
    public static Task<string?> LineAsync(Process process) => process.StandardOutput.ReadLineAsync().WaitAsync(Limit);

    private static Process Start(TempFolder folder, string program, bool readsErrors, (string Name, string Value)[] variables)
    {
        string[] command = Path.GetExtension(program) switch
        {
            ".sh" => ["bash", program],
            ".mjs" => ["node", program],
            _ => ["dotnet", "run", program],
        };
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = readsErrors, UseShellExecute = false };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
