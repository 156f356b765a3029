using System.Collections.Concurrent;
using Microsoft.Playwright;
using Browser = Pipeline.EndToEnd.Clients.Browser;

namespace Pipeline.EndToEnd.Web;

/// <summary>A person at the pages of a server. At the end it fails if a page broke its policy, threw, or asked another server.</summary>
internal sealed class Visit : IAsyncDisposable
{
    // The browser's own console message has no stable words.
    private const string Watch = "addEventListener('securitypolicyviolation', (event) => console.error(`violation: ${event.violatedDirective} ${event.blockedURI}`))";

    private readonly Uri _server;
    private readonly Browser _browser;
    private readonly ConcurrentQueue<IRequest> _requests = [];
    private readonly HashSet<string> _hosts;

    private Visit(Uri server, IEnumerable<string> hosts, Browser browser)
    {
        (_server, _browser, _hosts) = (server, browser, [server.Authority, .. hosts]);
        Context.Request += (_, request) => _requests.Enqueue(request);
    }

    public IBrowserContext Context => _browser.Context;

    public IPage Page { get; private set; } = null!;

    public string Messages => _browser.Messages;

    /// <summary>Opens a page and signs in with a token.</summary>
    /// <param name="hosts">Hosts besides the server that pages may ask, such as that of the store.</param>
    public static async Task<Visit> StartAsync(Uri server, string? token, string path = "/", params IEnumerable<string> hosts)
    {
        var visit = new Visit(server, hosts, await Browser.StartAsync());
        await visit.Context.AddInitScriptAsync(Watch);
        visit.Page = await visit.OpenAsync(path);
        if (token is null) return visit;
        await visit.SignInAsync(token);
        return visit;
    }

    /// <summary>Opens another tab.</summary>
    public Task<IPage> OpenAsync(string path) => _browser.OpenAsync(new Uri(_server, path));

    public async Task SignInAsync(string token)
    {
        await Page.GetByLabel("Or paste a token").FillAsync(token);
        await Page.GetByText("Sign in with the token").ClickAsync();
    }

    public Task ChooseAsync(params FilePayload[] files) => Page.Locator("input[type=file]").First.SetInputFilesAsync(files);

    public Task SeeAsync(string text) => Page.GetByText(text).First.WaitForAsync();

    /// <summary>Waits until the list shows as many ready photos.</summary>
    public Task ReadyAsync(int count) => Page.WaitForFunctionAsync("(count) => document.querySelectorAll('.rows a').length === count", count);

    /// <summary>The requests so far of a method, to paths with a text.</summary>
    public IReadOnlyList<Uri> Sent(string method, string path) =>
        [.. _requests.Where(request => request.Method == method).Select(request => new Uri(request.Url)).Where(url => url.AbsolutePath.Contains(path, StringComparison.Ordinal))];

    /// <summary>A photo whose bytes differ from those of other names.</summary>
    public static FilePayload Photo(string name) => new() { Name = name, MimeType = "image/jpeg", Buffer = [.. PlainPhoto.Bytes, .. Encoding.UTF8.GetBytes(name)] };

    public async ValueTask DisposeAsync()
    {
        var foreign = _requests.Select(request => new Uri(request.Url)).Where(url => url.Scheme is "http" or "https" or "ws" or "wss" && !_hosts.Contains(url.Authority)).ToList();
        await _browser.DisposeAsync();
        foreign.ShouldBeEmpty("pages ask no other server");
        Messages.ShouldNotContain("violation:");
        Messages.ShouldNotContain("uncaught:");
    }
}
