namespace Pipeline.Operations;

/// <summary>The command line as an operator uses it.</summary>
internal sealed class CliRun(Uri server, string token)
{
    /// <returns>Whether its exit code is 0; its output is shown.</returns>
    public async Task<bool> RunAsync(params string[] arguments)
    {
        var (code, said) = await TryAsync(arguments);
        foreach (var line in said.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(4)) Checks.Say(line);
        return code == 0;
    }

    public Task<(int Code, string Said)> TryAsync(params string[] arguments) => Command.TryAsync(
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "pipeline.dll"), .. arguments],
        new Dictionary<string, string>(StringComparer.Ordinal) { ["PIPELINE_SERVER"] = server.ToString(), ["PIPELINE_TOKEN"] = token });
}
