using Microsoft.Playwright;

namespace Pipeline.EndToEnd.Clients;

/// <summary>The TypeScript client in Chromium, which sends by XMLHttpRequest there, on a page of another origin than the API.</summary>
public sealed class TypeScriptPageTests : PageTests
{
    [Fact]
    public async Task It_uploads_several_photos_with_progress()
    {
        var page = await Browser.OpenAsync(Site.Address);

        (await SendAsync(page, "1.jpg", "2.jpg", "3.jpg", "4.jpg")).ShouldBe(["ready", "ready", "ready", "ready"], Browser.Messages);

        (await page.EvaluateAsync<int>("Math.max(...progress)")).ShouldBe(4 * PlainPhoto.Bytes.Length);
    }

    [Fact]
    public async Task It_sends_a_file_again_whose_PUT_the_connection_lost()
    {
        var page = await Browser.OpenAsync(Site.Address);
        var failures = 2;
        await page.RouteAsync("**/storage/**", route => failures-- > 0 ? route.AbortAsync() : route.ContinueAsync());

        (await SendAsync(page, "1.jpg")).ShouldBe(["ready"], Browser.Messages);

        (await Person.GetAsync("/api/assets?status=pending")).Json["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task It_waits_while_the_browser_is_offline()
    {
        var page = await Browser.OpenAsync(Site.Address);
        await Browser.Context.SetOfflineAsync(true);
        var sending = SendAsync(page, "1.jpg");
        (await page.EvaluateAsync<bool>("navigator.onLine")).ShouldBeFalse();

        await Browser.Context.SetOfflineAsync(false);

        (await sending).ShouldBe(["ready"], Browser.Messages);
    }

    [Fact]
    public async Task It_follows_the_events_of_an_asset()
    {
        var page = await Browser.OpenAsync(Site.Address);

        (await page.EvaluateAsync<string>("(base64) => watch(base64)", Convert.ToBase64String(PlainPhoto.Bytes))).ShouldBe("asset.ready");
    }

    private static Task<string[]> SendAsync(IPage page, params string[] names) =>
        page.EvaluateAsync<string[]>("([base64, names]) => send(base64, names)", new object[] { Convert.ToBase64String(PlainPhoto.Bytes), names });

    private protected override async Task<string> WriteAsync(TempFolder folder, string api, string token)
    {
        await File.WriteAllTextAsync(folder["page.mjs"], $$"""
            import { createClient } from "@pipeline/client";
            const client = (window.client = createClient({ baseUrl: "{{api}}", token: "{{token}}", firstBackoff: 10 }));
            window.progress = [];
            const photo = (base64) => fetch("data:image/jpeg;base64," + base64).then((answer) => answer.blob());
            window.send = async (base64, names) => {
              const blob = await photo(base64);
              const results = await client.uploadAll(names.map((name) => new File([blob], name, { type: "image/jpeg" })), { wait: true, onProgress: (one) => window.progress.push(one.sent) });
              return results.map((result) => result.value?.asset.status ?? String(result.reason));
            };
            window.watch = async (base64) => {
              const { id } = await client.upload(new File([await photo(base64)], "live.jpg", { type: "image/jpeg" }));
              const types = [];
              for await (const event of client.events({ asset: id })) if (!event.step) types.push(event.type);
              return types.at(-1);
            };
            """);
        return "page.mjs";
    }
}
