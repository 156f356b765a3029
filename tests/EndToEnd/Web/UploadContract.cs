using Microsoft.Playwright;

namespace Pipeline.EndToEnd.Web;

/// <summary>The uploader in Chromium.</summary>
public abstract class UploadContract : IAsyncLifetime
{
    private protected Uri Address { get; private set; } = null!;

    private protected Person Person { get; private set; } = null!;

    private protected abstract IEnumerable<string> StoreHosts { get; }

    public async Task InitializeAsync() => (Address, Person) = await StartAsync();

    public async Task DisposeAsync()
    {
        Person.Dispose();
        await StopAsync();
    }

    [Fact]
    public async Task Photos_are_sent_and_shown_until_they_are_ready()
    {
        await using var visit = await VisitAsync();

        await visit.ChooseAsync([.. Enumerable.Range(1, 5).Select(n => Visit.Photo($"{n}.jpg"))]);

        await visit.ReadyAsync(5);
        (await ListAsync()).Select(asset => $"{asset!["filename"]} {asset["status"]}").Order().ShouldBe(["1.jpg ready", "2.jpg ready", "3.jpg ready", "4.jpg ready", "5.jpg ready"]);
        visit.Sent("POST", "/api/upload/presigned-urls").Count.ShouldBe(1, "one request signs all");
        await visit.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('.rows .picture > picture > img')].every((image) => image.naturalWidth > 0)");
    }

    [Fact]
    public async Task A_reload_continues_and_sends_nothing_twice_that_has_arrived()
    {
        await using var visit = await VisitAsync();
        var held = new TaskCompletionSource();
        var puts = 0;
        // Two files arrive, and the others hang until the page is reloaded.
        await visit.Context.RouteAsync(IsStore, async route =>
        {
            if (route.Request.Method == "PUT" && Interlocked.Increment(ref puts) > 2) await held.Task;
            await route.ContinueAsync();
        });
        await visit.ChooseAsync([.. Enumerable.Range(1, 6).Select(n => Visit.Photo($"{n}.jpg"))]);
        await visit.ReadyAsync(2);
        // Golden Retriever saves its state some time after a change.
        await Eventually.True(() => visit.Page.EvaluateAsync<bool>(Saved), "the queue is saved");

        await visit.Context.UnrouteAllAsync(new BrowserContextUnrouteAllOptions { Behavior = UnrouteBehavior.IgnoreErrors });
        visit.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync(); // leaving while sending warns
        await visit.Page.ReloadAsync();
        held.SetResult();

        await visit.ReadyAsync(6);
        (await ListAsync()).Count.ShouldBe(6);
        (await Person.GetAsync("/api/assets?status=pending")).Json["items"]!.AsArray().ShouldBeEmpty("no second asset was made");
        var arrived = visit.Sent("PUT", "").Select(url => url.AbsolutePath).GroupBy(path => path).ToList();

        // A request that the reload cuts off may end before the browser reports it.
        arrived.Count.ShouldBeLessThanOrEqualTo(6);
        arrived.Count(sends => sends.Count() == 1).ShouldBeGreaterThanOrEqualTo(2, "those that had arrived were sent once");
    }

    [Fact]
    public async Task An_outage_of_the_network_ends_by_itself()
    {
        await using var visit = await VisitAsync();
        var fails = true;
        await visit.Context.RouteAsync(IsStore, route => fails ? route.AbortAsync() : route.ContinueAsync());
        await visit.ChooseAsync(Visit.Photo("1.jpg"), Visit.Photo("2.jpg"));
        await visit.SeeAsync("Interrupted; it goes on by itself");
        await visit.Context.SetOfflineAsync(true);
        await visit.SeeAsync("You are offline.");

        fails = false;
        await visit.Context.SetOfflineAsync(false);

        await visit.ReadyAsync(2);
        (await Person.GetAsync("/api/assets?status=pending")).Json["items"]!.AsArray().ShouldBeEmpty("the same assets were used");
    }

    [Fact]
    public async Task A_store_that_refuses_a_URL_gets_another_one()
    {
        await using var visit = await VisitAsync();
        var refusals = 2;
        await visit.Context.RouteAsync(IsStore, route => route.Request.Method == "PUT" && Interlocked.Decrement(ref refusals) >= 0
            ? route.FulfillAsync(new RouteFulfillOptions { Status = 403, Headers = new Dictionary<string, string> { ["Access-Control-Allow-Origin"] = "*" }, Body = "<Error><Code>AccessDenied</Code></Error>" })
            : route.ContinueAsync());

        await visit.ChooseAsync(Visit.Photo("1.jpg"));

        await visit.ReadyAsync(1);
        visit.Sent("POST", "/url").Count.ShouldBeGreaterThan(0, "it was signed again");
    }

    /// <summary>Starts the servers.</summary>
    private protected abstract Task<(Uri Address, Person Person)> StartAsync();

    private protected abstract Task StopAsync();

    private protected Task<Visit> VisitAsync(string path = "/") => Visit.StartAsync(Address, Person.Token, path, StoreHosts);

    private protected async Task<JsonArray> ListAsync() => (await Person.GetAsync("/api/assets?limit=200")).Json["items"]!.AsArray();

    // The store's address has the user's folder in its path.
    private static bool IsStore(string url) => new Uri(url).AbsolutePath.Contains("/uploads/", StringComparison.Ordinal);

    private const string Saved = """
        () => new Promise((resolve) => {
          indexedDB.open("uppy-blobs").onsuccess = ({ target: { result: database } }) => {
            const stored = database.transaction(["metadata"]).objectStore("metadata").getAll();
            stored.onsuccess = () => (database.close(), resolve((JSON.stringify(stored.result).match(/assetId/g) ?? []).length >= 6));
          };
        })
        """;
}
