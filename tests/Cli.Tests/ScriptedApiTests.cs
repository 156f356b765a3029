namespace Pipeline.Cli.Tests;

/// <summary>Tests that run the CLI against a <see cref="ScriptedApi"/> of their own.</summary>
public abstract class ScriptedApiTests : IAsyncLifetime
{
    private protected ScriptedApi Api { get; private set; } = null!;

    private protected CliRun Run { get; } = new();

    public virtual async Task InitializeAsync() => Api = await ScriptedApi.StartAsync();

    public async Task DisposeAsync()
    {
        await Api.DisposeAsync();
        Run.Dispose();
    }
}
