using Microsoft.Playwright;

namespace Pipeline.EndToEnd.Clients;

/// <summary>The distribution's Chromium, without a window.</summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowserContext _context;
    private readonly TempFolder _profile;
    private readonly List<string> _messages = [];

    private Browser(IPlaywright playwright, IBrowserContext context, TempFolder profile)
    {
        (_playwright, _context, _profile) = (playwright, context, profile);
        context.Console += (_, message) => Add($"{message.Type}: {message.Text}");
        context.WebError += (_, error) => Add($"uncaught: {error.Error}");
    }

    public IBrowserContext Context => _context;

    /// <summary>All messages of its console so far.</summary>
    public string Messages
    {
        get
        {
            lock (_messages) return string.Join('\n', _messages);
        }
    }

    public static async Task<Browser> StartAsync()
    {
        var profile = new TempFolder();
        var playwright = await Playwright.CreateAsync();
        var context = await playwright.Chromium.LaunchPersistentContextAsync(profile.Path, new BrowserTypeLaunchPersistentContextOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("PIPELINE_CHROMIUM")
                ?? new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser" }.FirstOrDefault(File.Exists)
                ?? throw new InvalidOperationException("There is no Chromium: run scripts/install.sh --tests, or name one in PIPELINE_CHROMIUM."),
            // Tests run as root in containers, where Chromium has no sandbox.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
            Headless = true,
        });
        context.SetDefaultTimeout((float)TimeSpan.FromMinutes(2).TotalMilliseconds);
        return new Browser(playwright, context, profile);
    }

    public async Task<IPage> OpenAsync(Uri address)
    {
        var page = await _context.NewPageAsync();
        await page.GotoAsync(address.AbsoluteUri);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        _playwright.Dispose();
        _profile.Dispose();
    }

    private void Add(string message)
    {
        lock (_messages) _messages.Add(message);
    }
}
