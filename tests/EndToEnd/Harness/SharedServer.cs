namespace Pipeline.EndToEnd.Harness;

/// <summary>One server for the tests that do not stop it.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private Server? _server;

    public Server Server => _server ?? throw new InvalidOperationException("Not started.");

    public async Task InitializeAsync() => _server = await Server.StartAsync();

    public async Task DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class SharedServerTests : ICollectionFixture<SharedServer>
{
    public const string Name = "shared server";
}
