using Microsoft.Playwright;

namespace Pipeline.EndToEnd.Clients;

/// <summary>npm's Uppy 6 in Chromium, as docs/clients/uppy.md sets it up, on a page of another origin than the API and the store.</summary>
public abstract class UppyContract(IUppyServer server) : UppyPageContract(server)
{
    // Golden Retriever keeps files of up to 10 MiB; this one has two parts.
    private const int LargeSize = 9 * 1024 * 1024;

    protected override async Task<string> ScriptAsync(Uri api)
    {
        await DocPrograms.WriteAsync("clients/uppy.md", Folder);
        return $$"""
            import { createUppy } from "./uppy.mjs";
            window.gate = Promise.resolve(); // holds requests to the API
            const uppy = (window.uppy = createUppy("{{api.AbsoluteUri.TrimEnd('/')}}", () => window.gate.then(() => "{{Person.Token}}")));
            uppy.on("complete", (result) => window.results.push({ ok: result.successful.map((file) => file.meta.asset), bad: result.failed.map((file) => file.error) }));
            uppy.on("restored", () => (window.restored = true));
            // Whether a reload would know the multipart upload.
            window.saved = () => new Promise((resolve) => {
              indexedDB.open("uppy-blobs").onsuccess = ({ target: { result: database } }) => {
                const stored = database.transaction(["metadata"]).objectStore("metadata").getAll();
                stored.onsuccess = () => (database.close(), resolve(JSON.stringify(stored.result).includes("s3Multipart")));
              };
            });
            // Holds the API from the first part on.
            window.holdAfterPart = () => new Promise((resolve) => uppy.once("s3-multipart:part-uploaded", () => {
              window.gate = new Promise((release) => (window.release = release));
              resolve();
            }));
            """;
    }

    [Fact]
    public async Task A_small_file_is_one_PUT_and_complete_comes_with_the_ready_asset()
    {
        var page = await OpenAsync(size: 0);

        var asset = await ResultAsync(page, () => page.EvaluateAsync("() => { uppy.upload() }"));

        asset.Text("filename").ShouldBe("beach.jpg");
        Puts.Count.ShouldBe(1);
        (await page.EvaluateAsync<int>("Math.max(...progress)")).ShouldBe(PlainPhoto.Bytes.Length);
    }

    [Fact]
    public async Task A_large_file_goes_in_parts()
    {
        var page = await OpenAsync(LargeSize);

        var asset = await ResultAsync(page, () => page.EvaluateAsync("() => { uppy.upload() }"));

        asset.Json["size"]!.GetValue<long>().ShouldBe(LargeSize);
        Puts.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_large_file_goes_on_after_theBrowser_was_offline()
    {
        var page = await OpenAsync(LargeSize);
        await HoldAfterPartAsync(page);
        await Browser.Context.SetOfflineAsync(true);
        await page.EvaluateAsync("() => { release() }");
        await page.WaitForFunctionAsync("() => navigator.onLine === false");

        await ResultAsync(page, () => Browser.Context.SetOfflineAsync(false));

        Puts.Count.ShouldBe(2, "no part was sent twice");
    }

    [Fact]
    public async Task A_file_that_starts_offline_is_uploaded_once_theBrowser_is_online()
    {
        var page = await OpenAsync(size: 0);
        await Browser.Context.SetOfflineAsync(true);
        await page.EvaluateAsync("() => { uppy.upload() }");

        await ResultAsync(page, () => Browser.Context.SetOfflineAsync(false));
    }

    [Fact]
    public async Task A_single_PUT_that_the_network_interrupts_goes_on_once_the_browser_is_online()
    {
        var page = await OpenAsync(SingleSize);
        var network = await InterruptedAsync(page);

        await ResultAsync(page, network.OnlineAsync);

        Puts.Select(put => put.AbsolutePath).Distinct(StringComparer.Ordinal).Count().ShouldBe(1, "the same upload was sent again");
    }

    [Fact]
    public async Task A_single_PUT_that_is_paused_is_sent_again_for_the_same_asset()
    {
        var page = await OpenAsync(SingleSize);
        var network = await HalfwayAsync(page);
        await page.EvaluateAsync("() => { uppy.pauseAll() }");
        await network.OnlineAsync();
        (await page.EvaluateAsync<int>("results.length")).ShouldBe(0);

        await ResultAsync(page, () => page.EvaluateAsync("() => { uppy.resumeAll() }"));

        (Puts.Count, Puts.Select(put => put.AbsolutePath).Distinct(StringComparer.Ordinal).Count()).ShouldBe((2, 1));
    }

    [Fact]
    public async Task A_paused_file_keeps_its_parts()
    {
        var page = await OpenAsync(LargeSize);
        await HoldAfterPartAsync(page);
        await page.EvaluateAsync("() => { uppy.pauseAll(); release() }");
        (await page.EvaluateAsync<int>("results.length")).ShouldBe(0);

        await ResultAsync(page, () => page.EvaluateAsync("() => { uppy.resumeAll() }"));

        Puts.Select(put => put.Query).Count(query => query.Contains("partNumber=1&", StringComparison.Ordinal) || query.EndsWith("partNumber=1", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_reload_with_Golden_Retriever_continues_the_same_upload()
    {
        var page = await OpenAsync(LargeSize);
        await HoldAfterPartAsync(page);
        // Golden Retriever saves its state some time after a change.
        await Eventually.True(() => page.EvaluateAsync<bool>("saved()"), "Golden Retriever saves the upload");

        await page.ReloadAsync();

        await page.WaitForFunctionAsync("() => window.restored && uppy.getFiles().length === 1");
        await ResultAsync(page, () => page.EvaluateAsync("() => { uppy.emit('restore-confirmed') }"));
        Puts.Count.ShouldBe(2, "the first part was not sent again");
    }

    [Fact]
    public async Task A_file_that_the_server_refuses_is_a_failed_one_with_its_sentence()
    {
        var page = await Browser.OpenAsync(Site.Address);
        await page.EvaluateAsync("() => add('notes.txt', 'text/plain', 'eA==', 0)");

        await page.EvaluateAsync("() => { uppy.upload() }");

        await page.WaitForFunctionAsync("() => results.length > 0");
        (await page.EvaluateAsync<string>("results[0].bad[0]")).ShouldContain("image/jpeg");
    }

    private static async Task HoldAfterPartAsync(IPage page) => await page.EvaluateAsync("() => { const held = holdAfterPart(); uppy.upload(); return held; }");

    // The only asset, ready.
    private async Task<Answer> ResultAsync(IPage page, Func<Task> go)
    {
        await go();
        await CompleteAsync(page);
        (await page.EvaluateAsync<string>("JSON.stringify(results[0].bad)")).ShouldBe("[]", Browser.Messages);
        var id = Guid.Parse(await page.EvaluateAsync<string>("results[0].ok[0].id"));
        (await Person.GetAsync("/api/assets")).Json["items"]!.AsArray().Count.ShouldBe(1);
        (await Person.GetAsync("/api/assets?status=pending")).Json["items"]!.AsArray().ShouldBeEmpty("no second asset was made");
        var asset = await Person.AssetAsync(id);
        asset.Text("status").ShouldBe("ready");
        return asset;
    }
}
