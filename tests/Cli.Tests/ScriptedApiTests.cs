namespace Pipeline.Cli.Tests;

/// <summary>Base of tests that run the CLI against their own <see cref="ScriptedApi"/>.</summary>
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
