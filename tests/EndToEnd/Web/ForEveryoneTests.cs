using Microsoft.Playwright;

namespace Pipeline.EndToEnd.Web;

/// <summary>Each page and dialog, by axe-core, in both themes, on a phone and on a desk, and in Korean.</summary>
public sealed class ForEveryoneTests : IAsyncLifetime
{
    private Server _server = null!;
    private Person _person = null!;
    private string _axe = "";

    public async Task InitializeAsync()
    {
        await WebBuildTests.InstallAsync();
        _axe = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "web", "node_modules", "axe-core", "axe.min.js"));
        _server = await Server.StartAsync(("Development__Tokens", "true"));
        _person = await _server.PersonAsync();
    }

    public async Task DisposeAsync()
    {
        _person.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("English")]
    [InlineData("한국어")]
    public async Task No_page_and_no_dialog_breaks_a_rule_of_accessibility(string language)
    {
        var isKorean = language != "English";
        await using var visit = await Visit.StartAsync(_server.Address, token: null);
        if (isKorean) await visit.Page.GetByText(language).ClickAsync();
        await visit.Page.Locator("#token").WaitForAsync();
        await CheckAsync(visit, "sign-in", isKorean);

        await visit.Page.Locator("#token").FillAsync(_person.Token);
        await visit.Page.Locator("button[type=submit]").ClickAsync();
        await visit.Page.Locator("section.chooser").WaitForAsync();
        await visit.ChooseAsync(Visit.Photo("1.jpg"), Visit.Photo("2.jpg"), new FilePayload { Name = "3.jpg", MimeType = "image/jpeg", Buffer = PlainPhoto.Bytes[..5000] }, new FilePayload { Name = "4", MimeType = "", Buffer = "x"u8.ToArray() });
        await visit.ReadyAsync(2);
        await visit.Page.Locator(".rows .bad").WaitForAsync();
        await CheckAsync(visit, "upload", isKorean);

        await visit.Page.Locator("nav a").Last.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Checkbox).Nth(2).WaitForAsync();
        await CheckAsync(visit, "gallery", isKorean);
        await visit.Page.GetByRole(AriaRole.Checkbox).First.CheckAsync();
        await visit.Page.Locator(".bulk button").Last.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Alertdialog).WaitForAsync();
        await CheckAsync(visit, "dialog", isKorean);
        await visit.Page.Keyboard.PressAsync("Escape");

        await visit.Page.Locator(".grid a:has(picture)").First.ClickAsync();
        await visit.Page.Locator(".timeline li").First.WaitForAsync();
        await visit.Page.Locator("button.point").WaitForAsync();
        await CheckAsync(visit, "asset", isKorean);
        await visit.Page.GotoAsync(new Uri(_server.Address, $"/a/{Guid.Empty}").AbsoluteUri);
        await visit.Page.Locator("main a").WaitForAsync();
        await CheckAsync(visit, "not found", isKorean);
    }

    private async Task CheckAsync(Visit visit, string name, bool isKorean)
    {
        // The debugger's road, which the policy of the page does not bar.
        await visit.Page.EvaluateAsync(_axe + ";0");
        foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            foreach (var (width, height) in new[] { (360, 740), (1280, 800) })
            {
                await visit.Page.SetViewportSizeAsync(width, height);
                var violations = await visit.Page.EvaluateAsync<string[]>(
                    "async () => (await axe.run(document)).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)");
                violations.ShouldBeEmpty($"{name}, {theme}, {width}");
                (await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0, $"{name} at {width}: nothing is cut off");
            }
        }

        if (!isKorean) return;
        // Names of files, formats and the product are the same in each language.
        var english = await visit.Page.EvaluateAsync<string[]>("""
            () => document.body.innerText.split(/[\n\t]/).map((line) => line.replace(/Pipeline|English|HTTP|API|OpenAPI|JPEG|PNG|WEBP|GIF|KB|MB|image\/jpeg|<picture>|w\d+ (jpeg|webp)|\.\/\S+( sign-in)?|alice|\S+\.jpg/g, "")).filter((line) => /[A-Za-z]{2,}/.test(line))
            """);
        english.ShouldBeEmpty(name);
        (await visit.Page.EvaluateAsync<string>("() => document.documentElement.lang")).ShouldBe("ko");
    }
}
