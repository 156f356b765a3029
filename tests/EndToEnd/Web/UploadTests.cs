using Microsoft.Playwright;

namespace Pipeline.EndToEnd.Web;

/// <summary>The uploader of the embedded server.</summary>
public sealed class UploadTests : UploadContract
{
    private Server _server = null!;

    private protected override IEnumerable<string> StoreHosts => [];

    [Fact]
    public async Task A_bad_file_is_refused_in_words_before_any_URL_is_requested()
    {
        await using var visit = await VisitAsync();

        await visit.ChooseAsync(
            File("notes.txt", "text/plain", "no picture"u8.ToArray()),
            File("photo.heic", "", "\0\0\0\u0018ftypheic\0\0\0\0"u8.ToArray()),
            File("renamed.jpg", "image/jpeg", "no picture, whatever its name"u8.ToArray()),
            File("large.jpg", "image/jpeg", [.. PlainPhoto.Bytes, .. new byte[11 * 1024 * 1024]]),
            File("empty.jpg", "image/jpeg", []));

        await visit.SeeAsync("empty.jpg: The file is empty.");
        await visit.SeeAsync("notes.txt: This server takes JPEG, PNG, WEBP, GIF, and this file is text/plain.");
        await visit.SeeAsync("photo.heic: This server takes JPEG, PNG, WEBP, GIF, and this file is image/heic.");
        await visit.SeeAsync("renamed.jpg: The file is not a picture, whatever its name says.");
        await visit.SeeAsync("large.jpg: The file is larger than 10 MB.");
        visit.Sent("POST", "/api/upload").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_photo_with_a_wrong_type_is_judged_by_its_bytes()
    {
        await using var visit = await VisitAsync();

        await visit.ChooseAsync(File("photo", "", PlainPhoto.Bytes));

        await visit.ReadyAsync(1);
    }

    [Fact]
    public async Task A_rejected_file_says_why_and_what_to_do()
    {
        await using var visit = await VisitAsync();

        await visit.ChooseAsync(File("half.jpg", "image/jpeg", PlainPhoto.Bytes[..(PlainPhoto.Bytes.Length / 2)]));

        await visit.SeeAsync("Rejected: the file is damaged. Open and save it again, or use another copy.");
    }

    [Fact]
    public async Task Names_of_files_are_shown_as_text_and_composed()
    {
        await using var visit = await VisitAsync();

        await visit.ChooseAsync(
            Visit.Photo("<img src=x onerror=document.title='run'>.jpg"),
            Visit.Photo("a\u202Egpj.jpg"),
            Visit.Photo("제주.jpg".Normalize(NormalizationForm.FormD)));

        await visit.ReadyAsync(3);
        await visit.SeeAsync("<img src=x onerror=document.title='run'>.jpg");
        await visit.SeeAsync("a[U+202E]gpj.jpg");
        await visit.Page.GetByText("제주.jpg", new PageGetByTextOptions { Exact = true }).WaitForAsync();
        (await visit.Page.TitleAsync()).ShouldNotContain("run");
    }

    [Fact]
    public async Task A_server_that_dies_and_starts_again_costs_nothing()
    {
        await using var visit = await VisitAsync();
        var held = new TaskCompletionSource();
        await visit.Context.RouteAsync("**/storage/**", async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });
        await visit.ChooseAsync([.. Enumerable.Range(1, 6).Select(n => Visit.Photo($"{n}.jpg"))]);
        await Eventually.True(() => visit.Sent("PUT", "").Count == 3, "three files are on their way");

        await _server.KillAsync();
        held.SetResult();
        await visit.SeeAsync("Interrupted; it goes on by itself");
        await _server.StartAgainAsync();

        await visit.ReadyAsync(6);
        (await ListAsync()).Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_pause_stops_all_and_a_resume_goes_on()
    {
        await using var visit = await VisitAsync();
        var held = new TaskCompletionSource();
        await visit.Context.RouteAsync("**/storage/**", async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });
        await visit.ChooseAsync([.. Enumerable.Range(1, 5).Select(n => Visit.Photo($"{n}.jpg"))]);
        await Eventually.True(() => visit.Sent("PUT", "").Count == 3, "three files are on their way");

        await visit.Page.GetByText("Pause", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await visit.SeeAsync("Paused at");
        held.SetResult();
        await visit.Page.GetByText("Resume", new PageGetByTextOptions { Exact = true }).ClickAsync();

        await visit.ReadyAsync(5);
        (await ListAsync()).Count.ShouldBe(5);
    }

    [Fact]
    public async Task Screen_readers_hear_the_start_each_error_and_one_end()
    {
        await using var visit = await VisitAsync();
        await visit.SeeAsync("Choose photos");
        await visit.Page.EvaluateAsync("""
            () => {
              window.heard = [];
              for (const region of document.querySelectorAll("[data-live]"))
                new MutationObserver(() => window.heard.push(region.textContent.trim())).observe(region, { childList: true, subtree: true, characterData: true });
            }
            """);

        await visit.ChooseAsync(Visit.Photo("1.jpg"), Visit.Photo("2.jpg"), Visit.Photo("3.jpg"), Visit.Photo("4.jpg"), File("notes.txt", "text/plain", "x"u8.ToArray()));
        await visit.ReadyAsync(4);

        var heard = await visit.Page.EvaluateAsync<string[]>("() => window.heard");
        heard.Count(said => said.StartsWith("Sending 4 files", StringComparison.Ordinal)).ShouldBe(1);
        heard.Count(said => said.StartsWith("Done: 4 files sent", StringComparison.Ordinal)).ShouldBe(1);
        heard.ShouldContain(said => said.StartsWith("notes.txt: ", StringComparison.Ordinal));
        heard.Count(said => said.EndsWith("% sent.", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task A_form_posts_all_ids_as_one_value()
    {
        await using var visit = await VisitAsync();
        await visit.ChooseAsync(Visit.Photo("1.jpg"), Visit.Photo("2.jpg"));
        await visit.ReadyAsync(2);

        await visit.Page.GetByText("Use them in a form").ClickAsync();
        await visit.Page.GetByText("Show what the form posts").ClickAsync();

        var posted = JsonNode.Parse(await visit.Page.Locator(".form pre").InnerTextAsync())!["photos"]!.ToString();
        posted.Split(',').Order().ShouldBe((await ListAsync()).Select(asset => asset!["id"]!.ToString()).Order());
    }

    private protected override async Task<(Uri Address, Person Person)> StartAsync()
    {
        _server = await Server.StartAsync();
        return (_server.Address, await _server.PersonAsync());
    }

    private protected override async Task StopAsync() => await _server.DisposeAsync();

    private static FilePayload File(string name, string type, byte[] bytes) => new() { Name = name, MimeType = type, Buffer = bytes };
}
