namespace Pipeline.Cli;

/// <summary>Reads what is piped in. The console's reader blocks and heeds no token; on its own thread it cannot hold up Ctrl-C.</summary>
static class StandardInput
{
    public static async Task<string> ReadToEndAsync(CliEnvironment around, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(around.In.ReadToEnd, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw CliFailure.Usage($"Cannot read stdin: {e.Message}");
        }
    }
}
