using Microsoft.Playwright;

namespace Pipeline.EndToEnd.Web;

/// <summary>The gallery of the embedded server, and the page of one asset.</summary>
public sealed class GalleryTests : IAsyncLifetime
{
    private const int Photos = 100;

    private Server _server = null!;
    private Person _person = null!;

    public async Task InitializeAsync()
    {
        _server = await Server.StartAsync();
        _person = await _server.PersonAsync();
    }

    public async Task DisposeAsync()
    {
        _person.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(360, 740)]
    [InlineData(1280, 800)]
    public async Task It_fetches_what_is_near_moves_nothing_and_fetches_nothing_twice(int width, int height)
    {
        await UploadAsync(Photos);
        await using var visit = await Visit.StartAsync(_server.Address, token: null, "/gallery");
        await visit.Page.SetViewportSizeAsync(width, height);
        await visit.SignInAsync(_person.Token);
        await visit.Page.WaitForFunctionAsync(InViewLoaded);
        await visit.Page.EvaluateAsync("""
            () => {
              window.shift = 0;
              new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value; }).observe({ type: "layout-shift", buffered: true });
            }
            """);

        // Tiles are at least 150 pixels high, so two screens hold so many at most.
        var columns = Math.Max(2, (width - 24) / 158);
        visit.Sent("GET", "/storage/").Count.ShouldBeLessThanOrEqualTo(columns * ((2 * height / 150) + 2));

        for (var top = 0; top < Photos / columns * 150; top += height)
        {
            await visit.Page.EvaluateAsync("(top) => scrollTo(0, top)", top);
            await visit.Page.WaitForFunctionAsync(InViewLoaded);
        }

        var before = visit.Sent("GET", "/storage/").Count;
        before.ShouldBe(visit.Sent("GET", "/storage/").Distinct().Count(), "nothing twice");
        await visit.Page.EvaluateAsync("() => scrollTo(0, 0)");
        await visit.Page.WaitForFunctionAsync(InViewLoaded);
        (await visit.Page.Locator(".grid img.blur").CountAsync()).ShouldBe(0, "nothing is blurred again");
        (await visit.Page.EvaluateAsync<double>("() => window.shift")).ShouldBe(0);
        var transferred = await visit.Page.EvaluateAsync<long>("() => performance.getEntriesByType('resource').filter((one) => one.name.includes('/storage/')).reduce((sum, one) => sum + one.encodedBodySize, 0)");
        ((double)transferred / (Photos * PlainPhoto.Bytes.Length)).ShouldBeLessThan(0.05);
    }

    [Fact]
    public async Task Many_are_selected_by_keyboard_and_deleted_after_a_question_with_their_count()
    {
        await UploadAsync(5);
        await using var visit = await Visit.StartAsync(_server.Address, _person.Token, "/gallery");
        await visit.Page.GetByRole(AriaRole.Checkbox).Nth(4).WaitForAsync();

        await visit.Page.GetByRole(AriaRole.Checkbox).First.FocusAsync();
        await visit.Page.Keyboard.PressAsync("Space");
        await visit.Page.GetByRole(AriaRole.Checkbox).Nth(2).FocusAsync();
        await visit.Page.Keyboard.PressAsync("Shift+Space");
        await visit.SeeAsync("3 selected");
        await visit.Page.GetByText("Delete", new PageGetByTextOptions { Exact = true }).FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.SeeAsync("Delete 3 photos?");
        (await visit.Page.EvaluateAsync<string>("() => document.activeElement.textContent")).ShouldBe("Cancel", "the harmless choice has the focus");
        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.PressAsync("Enter");

        await visit.SeeAsync("3 deleted, 0 not.");
        (await _person.GetAsync("/api/assets")).Json["items"]!.AsArray().Count.ShouldBe(2);
        (await visit.Page.EvaluateAsync<bool>("() => document.activeElement !== document.body")).ShouldBeTrue("the focus is never lost");
    }

    [Fact]
    public async Task A_name_is_found_however_it_is_composed_and_the_filter_is_in_the_address()
    {
        await _person.UploadAsync(PlainPhoto.Bytes, "제주 바다.jpg".Normalize(NormalizationForm.FormD));
        await _person.UploadAsync(PlainPhoto.Bytes, "mountain.jpg");
        await using var visit = await Visit.StartAsync(_server.Address, _person.Token, "/gallery");
        await visit.Page.GetByRole(AriaRole.Checkbox).Nth(1).WaitForAsync();

        await visit.Page.GetByLabel("Name", new PageGetByLabelOptions { Exact = true }).FillAsync("바다");

        await visit.Page.WaitForFunctionAsync("() => document.querySelectorAll('.grid li').length === 1");
        await visit.Page.ReloadAsync();
        await visit.Page.WaitForFunctionAsync("() => document.querySelectorAll('.grid li').length === 1");
    }

    [Fact]
    public async Task The_focal_point_moves_by_arrow_keys_and_is_saved()
    {
        var id = await ReadyAsync();
        await using var visit = await Visit.StartAsync(_server.Address, _person.Token, $"/a/{id}");
        var point = visit.Page.Locator("button.point");

        await point.FocusAsync();
        await visit.Page.Keyboard.PressAsync("Shift+ArrowRight");
        await visit.Page.Keyboard.PressAsync("ArrowUp");
        await visit.SeeAsync("60 % from the left, 49 % from the top");
        await visit.Page.GetByText("Save the focal point").ClickAsync();

        await Eventually.True(async () => (await _person.AssetAsync(id)).Json["focalPoint"]?["x"]?.GetValue<double>() == 0.6, "the server has it");
    }

    [Fact]
    public async Task A_deleted_photo_says_that_it_is_gone_and_an_unknown_one_that_it_is_not_found()
    {
        var id = await ReadyAsync();
        using var bob = await _server.PersonAsync("bob");
        await using var visit = await Visit.StartAsync(_server.Address, _person.Token, $"/a/{id}");
        await visit.SeeAsync("What happened");
        await visit.Page.GetByText("Delete", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await visit.SeeAsync("Delete this photo?");

        await visit.Page.Keyboard.PressAsync("Escape");
        (await _person.AssetAsync(id)).Text("status").ShouldBe("ready");
        await visit.Page.GetByText("Delete", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Alertdialog).GetByText("Delete", new LocatorGetByTextOptions { Exact = true }).ClickAsync();

        await visit.SeeAsync("This photo is gone");
        await visit.Page.ReloadAsync();
        await visit.SeeAsync("This photo is gone");
        await using var stranger = await Visit.StartAsync(_server.Address, bob.Token, $"/a/{id}");
        await stranger.SeeAsync("There is no such photo");
    }

    [Fact]
    public async Task A_private_photo_is_shown_to_its_owner_by_signed_URLs()
    {
        var id = await ReadyAsync();
        (await _person.PatchJsonAsync($"/api/assets/{id}", new { visibility = "private" })).Status.ShouldBeInRange(200, 202);
        await Eventually.True(async () => (await _person.AssetAsync(id)).Json["variants"]!.AsArray().All(variant => variant!["url"] is null), "it has moved");

        await using var visit = await Visit.StartAsync(_server.Address, _person.Token, $"/a/{id}");

        await visit.SeeAsync("Only you see it.");
        await visit.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('.stage img')].some((image) => image.srcset && image.naturalWidth > 0)");
    }

    // A picture in view is loaded, and none is waited for.
    private const string InViewLoaded = """
        () => {
          const tiles = [...document.querySelectorAll(".grid li")].filter((tile) => { const { top, bottom } = tile.getBoundingClientRect(); return bottom > 0 && top < innerHeight; });
          return tiles.length > 0 && tiles.every((tile) => { const image = tile.querySelector("picture img"); return image && image.complete && image.naturalWidth > 0 && !tile.querySelector(".blur"); });
        }
        """;

    private async Task UploadAsync(int count)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < count; i++) ids.Add(await _person.UploadAsync([.. PlainPhoto.Bytes, .. BitConverter.GetBytes(i)], $"{i}.jpg"));
        foreach (var id in ids) (await _person.TerminalAsync(id)).Text("status").ShouldBe("ready");
    }

    private async Task<Guid> ReadyAsync()
    {
        var id = await _person.UploadAsync(PlainPhoto.Bytes);
        (await _person.TerminalAsync(id)).Text("status").ShouldBe("ready");
        return id;
    }
}
