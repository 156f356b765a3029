namespace Pipeline.EndToEnd.Clients;

/// <summary>Uppy on the embedded server and its disk store.</summary>
public sealed class UppyTests() : UppyContract(new EmbeddedUppyServer());

/// <summary>The same without our package.</summary>
public sealed class PlainUppyTests() : PlainUppyContract(new EmbeddedUppyServer());

internal sealed class EmbeddedUppyServer : IUppyServer
{
    private Server? _server;

    public async Task<(Uri Api, Person Person)> StartAsync(string origin)
    {
        _server = await Server.StartAsync(("FRONTEND_URL", origin));
        return (_server.Address, await _server.PersonAsync());
    }

    public async Task StopAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
