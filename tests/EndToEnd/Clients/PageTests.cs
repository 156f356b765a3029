namespace Pipeline.EndToEnd.Clients;

/// <summary>A script in Chromium, on a page of another origin than the embedded server.</summary>
public abstract class PageTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private Server _server = null!;

    private protected Person Person { get; private set; } = null!;

    private protected StaticSite Site { get; private set; } = null!;

    private protected Browser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var address = StaticSite.FreeAddress();
        _server = await Server.StartAsync(("FRONTEND_URL", address.GetLeftPart(UriPartial.Authority)));
        Person = await _server.PersonAsync();
        Site = await StaticSite.StartAsync(address, _folder, await WriteAsync(_folder, _server.Address.AbsoluteUri.TrimEnd('/'), Person.Token));
        Browser = await Browser.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await Browser.DisposeAsync();
        Site.Dispose();
        Person.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Writes the script.</summary>
    /// <returns>The name of its file.</returns>
    private protected abstract Task<string> WriteAsync(TempFolder folder, string api, string token);
}
