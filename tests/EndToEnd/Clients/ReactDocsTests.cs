using Microsoft.Playwright;

namespace Pipeline.EndToEnd.Clients;

/// <summary>The component of docs/clients/react.md in Chromium, on a page of another origin than the API.</summary>
public sealed class ReactDocsTests : PageTests
{
    [Fact]
    public async Task It_uploads_a_photo_and_shows_the_published_picture()
    {
        var page = await Browser.OpenAsync(Site.Address);

        await page.GetByLabel("Photo").SetInputFilesAsync(Photo());

        await page.GetByText("Ready").WaitForAsync();
        var picture = page.GetByAltText("beach.jpg");
        await page.WaitForFunctionAsync("() => document.querySelector('img[alt=\"beach.jpg\"]')?.naturalWidth > 0");
        (await picture.GetAttributeAsync("src")).ShouldNotBeNull().ShouldContain(await page.EvaluateAsync<string>("window.asset"));
        Browser.Messages.ShouldNotContain("error");
    }

    [Fact]
    public async Task It_says_why_a_file_failed_and_tries_again_with_the_same_asset()
    {
        var page = await Browser.OpenAsync(Site.Address);
        var fails = true;
        await page.RouteAsync("**/storage/**", route => fails ? route.AbortAsync() : route.ContinueAsync());
        await page.GetByLabel("Photo").SetInputFilesAsync(Photo());
        (await page.GetByRole(AriaRole.Alert).InnerTextAsync()).ShouldContain("The connection broke.");

        fails = false;
        await page.GetByText("Try again").And(page.GetByRole(AriaRole.Button)).ClickAsync();

        await page.GetByText("Ready").WaitForAsync();
        var all = (await Person.GetAsync("/api/assets?status=pending")).Json["items"]!.AsArray();
        all.ShouldBeEmpty("the retry made no second asset");
    }

    [Fact]
    public async Task It_shows_the_reason_of_the_server()
    {
        var page = await Browser.OpenAsync(Site.Address);

        await page.GetByLabel("Photo").SetInputFilesAsync(new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "text"u8.ToArray() });

        (await page.GetByRole(AriaRole.Alert).InnerTextAsync()).ShouldContain("image/jpeg");
    }

    private static FilePayload Photo() => new() { Name = "beach.jpg", MimeType = "image/jpeg", Buffer = PlainPhoto.Bytes };

    private protected override async Task<string> WriteAsync(TempFolder folder, string api, string token)
    {
        await DocPrograms.WriteAsync("clients/react.md", folder);
        await File.WriteAllTextAsync(folder["page.jsx"], $$"""
            import { createRoot } from "react-dom/client";
            import { Upload } from "./Upload.jsx";
            const getToken = async () => "{{token}}";
            createRoot(document.getElementById("root")).render(<Upload api="{{api}}" getToken={getToken} onReady={(asset) => (window.asset = asset.id)} />);
            """);
        return "page.jsx";
    }
}
