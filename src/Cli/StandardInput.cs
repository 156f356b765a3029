namespace Pipeline.Cli;

/// <summary>Reads all of stdin. The console's reader blocks and ignores cancellation; on its own thread it cannot delay Ctrl-C.</summary>
static class StandardInput
{
    public static async Task<string> ReadToEndAsync(CliEnvironment environment, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(environment.In.ReadToEnd, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw CliFailure.Usage($"Cannot read stdin: {e.Message}");
        }
    }
}
