using System.Globalization;
using Microsoft.Playwright;

namespace Pipeline.EndToEnd.Web;

/// <summary>The pages of operators on the embedded server, after real uploads, rejections and failures.</summary>
public sealed class AdminTests : IAsyncLifetime
{
    private const int Failures = 3;

    // A photo of the store that is gone when the worker wants it.
    private static readonly (string, string) Once = ("Dispatch__MaxAttempts", "1");

    // A folder, to make the pictures of docs/screenshots again.
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("PIPELINE_SCREENSHOTS");

    private Server _server = null!;
    private Person _alice = null!;
    private Person _admin = null!;
    private string _axe = "";

    public async Task InitializeAsync()
    {
        await WebBuildTests.InstallAsync();
        _axe = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "web", "node_modules", "axe-core", "axe.min.js"));
        _server = await Server.StartAsync(Once);
        _alice = await _server.PersonAsync();
        _admin = await _server.PersonAsync("olga", "admin");
    }

    public async Task DisposeAsync()
    {
        _alice.Dispose();
        _admin.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("English")]
    [InlineData("한국어")]
    public async Task The_first_screen_is_whole_and_no_page_breaks_a_rule(string language)
    {
        await HappenAsync();
        await using var visit = await Visit.StartAsync(_server.Address, token: null, "/admin");
        await visit.Page.SetViewportSizeAsync(1280, 800);
        await visit.SignInAsync(_admin.Token);
        if (language != "English") await visit.Page.GetByText(language).ClickAsync();
        await visit.Page.Locator("article.group").First.WaitForAsync();
        await visit.Page.Locator(".workers li").First.WaitForAsync();
        (await visit.Page.EvaluateAsync<double>("() => Math.max(...[...document.querySelectorAll('.panel, .tiles li')].map((one) => one.getBoundingClientRect().bottom))"))
            .ShouldBeLessThanOrEqualTo(800, "the first screen is whole");
        (await visit.Page.Locator(".tiles li").CountAsync()).ShouldBe(6);
        await CheckAsync(visit, "dashboard", language);

        await visit.Page.Locator("article.group button").First.ClickAsync();
        await visit.Page.Locator(".dialog button.primary").WaitForAsync();
        await CheckAsync(visit, "dialog", language);
        await visit.Page.Keyboard.PressAsync("Escape");
        foreach (var path in (string[])["/admin/assets", "/admin/assets?failed=true&code=source_missing", "/admin/runs", "/admin/jobs", "/admin/webhooks"])
        {
            await visit.Page.GotoAsync(new Uri(_server.Address, path).AbsoluteUri);
            await visit.Page.Locator("main h1").WaitForAsync();
            await visit.Page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
            if (path.Contains("assets", StringComparison.Ordinal) || path.Contains("jobs", StringComparison.Ordinal)) await visit.Page.Locator("tbody tr").First.WaitForAsync();
            await CheckAsync(visit, path, language);
        }
    }

    [Fact]
    public async Task Retry_all_works_by_keys_alone_and_shows_the_count_first()
    {
        await HappenAsync();
        await using var visit = await Visit.StartAsync(_server.Address, token: null, "/admin");
        await visit.SignInAsync(_admin.Token);
        var retry = visit.Page.Locator("article.group button").First;
        await retry.WaitForAsync();
        await retry.FocusAsync();

        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.SeeAsync($"{Failures} photos will be processed once more.");
        (await visit.Page.EvaluateAsync<string>("() => document.activeElement.textContent")).ShouldBe("Cancel", "the harmless choice has the focus");
        await visit.Page.Keyboard.PressAsync("Tab");
        (await visit.Page.EvaluateAsync<string>("() => document.activeElement.textContent")).ShouldBe($"Retry {Failures}");
        await visit.Page.Keyboard.PressAsync("Enter");

        await visit.SeeAsync("The run has started.");
        (await visit.Page.EvaluateAsync<bool>("() => document.activeElement !== document.body")).ShouldBeTrue("the focus is somewhere");
        var run = (await _admin.GetAsync("/api/admin/runs")).Json["items"]![0]!;
        (run["kind"]!.ToString(), run["appliedBy"]!.ToString(), run["progress"]!["planned"]!.GetValue<int>()).ShouldBe(("retry", "olga", Failures));
        (await _admin.GetAsync("/api/admin/audit?verb=run.apply")).Json["items"]!.AsArray().Count.ShouldBe(1, "the ledger says who");
    }

    [Fact]
    public async Task The_figures_are_those_of_what_happened_and_a_silent_server_makes_them_old()
    {
        await HappenAsync();
        await using var visit = await Visit.StartAsync(_server.Address, token: null, "/admin");
        await visit.SignInAsync(_admin.Token);
        await visit.Page.Locator(".tiles li").First.WaitForAsync();
        await visit.Page.WaitForFunctionAsync(
            "([failed, rejected]) => { const values = [...document.querySelectorAll('.tiles b')].map((one) => one.textContent); return values[3] === failed && values[4] === rejected; }",
            new[] { Failures.ToString(CultureInfo.InvariantCulture), "1" });

        var reads = visit.Sent("GET", "/api/admin/overview").Count;
        reads.ShouldBeGreaterThan(0);
        await _server.KillAsync();
        await visit.Page.Locator(".stale").WaitForAsync(new LocatorWaitForOptions { Timeout = 60_000 });
        await _server.StartAgainAsync();
        await visit.Page.Locator(".fresh").WaitForAsync(new LocatorWaitForOptions { Timeout = 60_000 });
    }

    [Fact]
    public async Task Without_the_role_the_page_says_so_and_the_filter_stays_in_the_URL()
    {
        await HappenAsync();
        await using (var visit = await Visit.StartAsync(_server.Address, _alice.Token, "/admin"))
        {
            await visit.SeeAsync("This page is for operators (403)");
            (await visit.Page.Locator("header nav a").CountAsync()).ShouldBe(2, "no link to what is refused");
        }

        await using var operators = await Visit.StartAsync(_server.Address, _admin.Token, "/admin/assets");
        await operators.Page.GetByLabel("Status").SelectOptionAsync("rejected");
        await operators.Page.WaitForFunctionAsync("() => document.querySelectorAll('tbody tr').length === 1");
        new Uri(operators.Page.Url).Query.ShouldBe("?status=rejected");
        await operators.Page.GetByLabel("Status").SelectOptionAsync("failed");
        await operators.Page.WaitForFunctionAsync("(count) => document.querySelectorAll('tbody tr').length === count", Failures);
        await operators.Page.Locator(".bulk button").First.ClickAsync();
        await operators.Page.Locator(".dialog button.primary").ClickAsync();
        await operators.SeeAsync("The run has started.");
        new Uri(operators.Page.Url).Query.ShouldBe("?status=failed", "the filter stays after an action");
        await operators.Page.GetByText("Show the run").ClickAsync();
        await operators.SeeAsync("olga started it");
    }

    /// <summary>One photo is ready, one file is rejected, and some fail because their objects are gone.</summary>
    private async Task HappenAsync()
    {
        (await _alice.TerminalAsync(await _alice.UploadAsync(PlainPhoto.Bytes))).Text("status").ShouldBe("ready");
        (await _alice.TerminalAsync(await _alice.UploadAsync(PlainPhoto.Bytes[..5000]))).Text("status").ShouldBe("rejected");
        (await _admin.PostAsync("/api/admin/jobs/Dispatcher/pause", new { })).Status.ShouldBe(202);
        for (var i = 0; i < Failures; i++)
        {
            byte[] bytes = [.. PlainPhoto.Bytes, (byte)i];
            var presigned = await _alice.PresignAsync($"{i}.jpg", "image/jpeg", bytes.Length);
            (await Person.PutAsync(presigned, bytes)).Status.ShouldBe(200);
            (await _alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
            foreach (var file in _server.Objects(presigned.Id, presigned.Text("key"))) File.Delete(file);
        }

        (await _admin.PostAsync("/api/admin/jobs/Dispatcher/resume", new { })).Status.ShouldBe(202);
        await Eventually.True(
            async () => (await _admin.GetAsync("/api/admin/overview")).Json["tiles"] is { } tiles
                && tiles["failed"]!["value"]!.GetValue<double>() == Failures && tiles["rejectedToday"]!["value"]!.GetValue<double>() == 1,
            $"{Failures} fail and one is rejected");
    }

    private async Task CheckAsync(Visit visit, string name, string language)
    {
        await visit.Page.EvaluateAsync(_axe + ";0");
        foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            foreach (var (width, height) in new[] { (360, 740), (1280, 800) })
            {
                await visit.Page.SetViewportSizeAsync(width, height);
                if (Pictures is not null && language == "English" && name == "dashboard")
                    await visit.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, $"admin-{theme.ToString().ToLowerInvariant()}-{width}.png") });
                (await visit.Page.EvaluateAsync<string[]>("async () => (await axe.run(document)).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)")).ShouldBeEmpty($"{name}, {theme}, {width}");
                (await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0, $"{name} at {width}: nothing is cut off");
            }
        }

        if (language == "English") return;
        var english = await visit.Page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll("header, main, .dialog")].map((part) => { const copy = part.cloneNode(true); copy.querySelectorAll("code, bdi, .workers b, .thumbs, .thumb").forEach((one) => one.remove()); return copy.innerText ?? copy.textContent; }).join("\n")
              .split(/[\n\t]/).map((line) => line.replace(/Pipeline|English|EXIF|KB|MB|pipeline-\d+|lib(vips|webp)-[\d.]+|default|web|alice|olga|[0-9a-f]{6}/g, "")).filter((line) => /[A-Za-z]{2,}/.test(line))
            """);
        english.ShouldBeEmpty(name);
    }
}
