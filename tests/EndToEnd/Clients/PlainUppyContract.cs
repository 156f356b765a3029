using Microsoft.Playwright;

namespace Pipeline.EndToEnd.Clients;

/// <summary>npm's Uppy 6 without our package and with its default keys, which tell no size.</summary>
public abstract class PlainUppyContract(IUppyServer server) : UppyPageContract(server)
{
    private const int LargeSize = 9 * 1024 * 1024;

    [Theory]
    [InlineData(0)]
    [InlineData(SingleSize)]
    public async Task A_file_by_one_PUT_is_confirmed_with_its_real_size(int size)
    {
        var page = await OpenAsync(size);

        await ReadyAsync(page, Math.Max(size, PlainPhoto.Bytes.Length), () => page.EvaluateAsync("() => { uppy.upload() }"));

        Puts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_large_file_goes_in_parts_whose_sizes_the_server_does_not_know()
    {
        var page = await OpenAsync(LargeSize);

        await ReadyAsync(page, LargeSize, () => page.EvaluateAsync("() => { uppy.upload() }"));

        Puts.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_single_PUT_that_is_paused_is_sent_again_for_the_same_asset()
    {
        var page = await OpenAsync(SingleSize);
        var network = await HalfwayAsync(page);
        await page.EvaluateAsync("() => { uppy.pauseAll() }");
        await network.OnlineAsync();
        (await page.EvaluateAsync<int>("results.length")).ShouldBe(0);

        await ReadyAsync(page, SingleSize, () => page.EvaluateAsync("() => { uppy.resumeAll() }"));

        (Puts.Count, Puts.Select(put => put.AbsolutePath).Distinct(StringComparer.Ordinal).Count()).ShouldBe((2, 1));
    }

    [Fact]
    public async Task A_file_larger_than_the_server_accepts_never_becomes_an_asset_that_is_shown()
    {
        var page = await OpenAsync(11 * 1024 * 1024);

        await page.EvaluateAsync("() => { uppy.upload() }");
        await CompleteAsync(page);

        (await Person.GetAsync("/api/assets?status=ready")).Json["items"]!.AsArray().ShouldBeEmpty();
        foreach (var asset in (await Person.GetAsync("/api/assets?status=pending")).Json["items"]!.AsArray())
            (await Person.DeleteAsync($"/api/upload/multipart/{asset!["id"]}")).Status.ShouldBe(204);
    }

    protected override async Task<string> ScriptAsync(Uri api)
    {
        await DocPrograms.WriteAsync("clients/uppy.md", Folder);
        return $$"""
            import { createPlainUppy } from "./plain.mjs";
            const uppy = (window.uppy = createPlainUppy("{{api.AbsoluteUri.TrimEnd('/')}}", "{{Person.Token}}"));
            uppy.on("complete", (result) => window.results.push({ bad: result.failed.map((file) => file.error) }));
            """;
    }

    // The only asset, ready.
    private async Task ReadyAsync(IPage page, long size, Func<Task> go)
    {
        await go();
        await CompleteAsync(page);
        (await page.EvaluateAsync<string>("JSON.stringify(results[0].bad)")).ShouldBe("[]", Browser.Messages);
        await Eventually.True(
            async () => (await Person.GetAsync("/api/assets?status=ready")).Json["items"]!.AsArray().Count == 1, "the upload is confirmed and processed");
        var asset = (await Person.GetAsync("/api/assets?status=ready")).Json["items"]![0]!;
        (asset["filename"]!.ToString(), asset["size"]!.GetValue<long>()).ShouldBe(("beach.jpg", size));
        (await Person.GetAsync("/api/assets?status=pending")).Json["items"]!.AsArray().ShouldBeEmpty("no second asset was made");
    }
}
