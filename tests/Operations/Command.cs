using System.Diagnostics;

namespace Pipeline.Operations;

/// <summary>Runs a program to its end.</summary>
internal static class Command
{
    /// <returns>Its output and its errors.</returns>
    /// <exception cref="OperationException">Its exit code is another than 0.</exception>
    public static async Task<string> RunAsync(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? settings = null, string? input = null)
    {
        var (code, said) = await TryAsync(command, settings, input);
        return code == 0 ? said : throw new OperationException($"{string.Join(' ', command)} ended with {code}: {said.Trim()}");
    }

    public static async Task<(int Code, string Said)> TryAsync(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? settings = null, string? input = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false, WorkingDirectory = "/",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>(StringComparer.Ordinal)) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
