using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Pipeline.EndToEnd.Clients;

/// <summary>The servers that a page with Uppy uses.</summary>
public interface IUppyServer
{
    /// <summary>Starts the servers.</summary>
    /// <param name="origin">The origin of the page.</param>
    /// <returns>The address of the API, and a user.</returns>
    Task<(Uri Api, Person Person)> StartAsync(string origin);

    Task StopAsync();
}

/// <summary>npm's Uppy 6 in Chromium, on a page of another origin than the API and the store.</summary>
public abstract class UppyPageContract(IUppyServer server) : IAsyncLifetime
{
    /// <summary>A size that goes by a single PUT, and is large enough to be interrupted.</summary>
    protected const int SingleSize = 4 * 1024 * 1024;

    protected TempFolder Folder { get; } = new();

    /// <summary>The addresses of all PUTs so far.</summary>
    protected ConcurrentQueue<Uri> Puts { get; } = new();

    protected Person Person { get; private set; } = null!;

    protected StaticSite Site { get; private set; } = null!;

    protected Browser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var address = StaticSite.FreeAddress();
        (var api, Person) = await server.StartAsync(address.GetLeftPart(UriPartial.Authority));
        await File.WriteAllTextAsync(Folder["page.mjs"], $$"""
            window.results = [];
            window.progress = [];
            {{await ScriptAsync(api)}}
            uppy.on("upload-progress", (file, { bytesUploaded }) => window.progress.push(bytesUploaded));
            window.add = async (name, type, base64, size) => {
              const photo = await (await fetch("data:application/octet-stream;base64," + base64)).arrayBuffer();
              return uppy.addFile({ name, type, data: new File([photo, new Uint8Array(Math.max(0, size - photo.byteLength))], name, { type }) });
            };
            """);
        Site = await StaticSite.StartAsync(address, Folder, "page.mjs");
        Browser = await Browser.StartAsync();
        Browser.Context.Request += (_, request) =>
        {
            if (request.Method == "PUT") Puts.Enqueue(new Uri(request.Url));
        };
    }

    public async Task DisposeAsync()
    {
        await Browser.DisposeAsync();
        Site.Dispose();
        Person.Dispose();
        await server.StopAsync();
        Folder.Dispose();
    }

    /// <summary>The part of the page's script that makes <c>window.uppy</c> and fills <c>window.results</c>.</summary>
    protected abstract Task<string> ScriptAsync(Uri api);

    /// <summary>Opens the page with one file.</summary>
    protected async Task<IPage> OpenAsync(int size)
    {
        var page = await Browser.OpenAsync(Site.Address);
        await page.EvaluateAsync("([base64, size]) => add('beach.jpg', 'image/jpeg', base64, size)", new object[] { Convert.ToBase64String(PlainPhoto.Bytes), size });
        return page;
    }

    /// <summary>Begins the upload on a slow network, and returns while the file is being sent.</summary>
    protected async Task<SlowNetwork> HalfwayAsync(IPage page)
    {
        var network = await SlowNetwork.OfAsync(page);
        await page.EvaluateAsync("() => { uppy.upload() }");
        await page.WaitForFunctionAsync($"() => progress.some((bytes) => bytes > 0 && bytes < {SingleSize / 2})");
        return network;
    }

    /// <summary>The same, and then the network is gone.</summary>
    protected async Task<SlowNetwork> InterruptedAsync(IPage page)
    {
        var network = await HalfwayAsync(page);
        await network.OfflineAsync();
        await page.WaitForFunctionAsync("() => navigator.onLine === false");
        return network;
    }

    /// <summary>Waits until Uppy says that it is complete.</summary>
    protected async Task CompleteAsync(IPage page)
    {
        try
        {
            await page.WaitForFunctionAsync("() => results.length > 0");
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException($"Uppy did not complete. Its files: {await page.EvaluateAsync<string>("JSON.stringify(uppy.getFiles())")}\n{Browser.Messages}", e);
        }
    }
}

/// <summary>The network of a page, as Chromium imitates it.</summary>
public sealed class SlowNetwork
{
    // Slow enough that a file is never sent before the page tells its progress.
    private const int BytesPerSecond = 512 * 1024;

    private readonly ICDPSession _session;

    private SlowNetwork(ICDPSession session) => _session = session;

    public static async Task<SlowNetwork> OfAsync(IPage page)
    {
        var network = new SlowNetwork(await page.Context.NewCDPSessionAsync(page));
        await network._session.SendAsync("Network.enable");
        await network.SetAsync(isOffline: false, BytesPerSecond);
        return network;
    }

    public Task OfflineAsync() => SetAsync(isOffline: true, BytesPerSecond);

    /// <summary>Online again, and fast.</summary>
    public Task OnlineAsync() => SetAsync(isOffline: false, uploadThroughput: -1);

    private async Task SetAsync(bool isOffline, int uploadThroughput) => await _session.SendAsync("Network.emulateNetworkConditions", new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["offline"] = isOffline, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = uploadThroughput,
    });
}
