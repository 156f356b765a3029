using Microsoft.Playwright;

namespace Pipeline.EndToEnd.Web;

/// <summary>How a person gets a token into the pages, and keeps it.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private Server _server = null!;
    private Person _person = null!;

    public async Task InitializeAsync()
    {
        _server = await Server.StartAsync(("Development__Tokens", "true"));
        _person = await _server.PersonAsync();
    }

    public async Task DisposeAsync()
    {
        _person.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_link_signs_a_browser_in_once_and_its_key_leaves_the_address()
    {
        var key = await LinkAsync("alice");
        await using var visit = await Visit.StartAsync(_server.Address, token: null, $"/#key={key}");

        await visit.SeeAsync("Signed in as alice");

        visit.Page.Url.ShouldBe(_server.Address.AbsoluteUri);
        (await visit.Page.EvaluateAsync<string?>("() => localStorage.getItem('token')")).ShouldBeNull();
        await visit.Page.ReloadAsync();
        await visit.SeeAsync("Signed in as alice");

        await using var other = await Visit.StartAsync(_server.Address, token: null, $"/#key={key}");
        await other.SeeAsync("This link was used before or has expired.");
    }

    [Fact]
    public async Task Without_a_link_the_page_says_where_it_is_and_takes_a_token()
    {
        await using var visit = await Visit.StartAsync(_server.Address, token: null);
        await visit.SeeAsync("Open the link that ./run.sh printed in your terminal.");
        await visit.SeeAsync("./pipeline sign-in");

        await visit.SignInAsync("hello");
        await visit.SeeAsync("This text is not a token");
        await visit.SignInAsync(_person.Token);

        await visit.SeeAsync("Signed in as alice");
    }

    [Fact]
    public async Task An_expired_token_asks_again_and_the_queue_goes_on()
    {
        await using var visit = await Visit.StartAsync(_server.Address, _person.Token);
        await visit.SeeAsync("Choose photos");
        var isExpired = true;
        await visit.Context.RouteAsync("**/api/upload/**", route => isExpired ? route.FulfillAsync(new RouteFulfillOptions { Status = 401 }) : route.ContinueAsync());

        await visit.ChooseAsync(Visit.Photo("1.jpg"), Visit.Photo("2.jpg"));
        await visit.SeeAsync("Your sign-in has expired.");
        isExpired = false;
        using var again = await _server.PersonAsync();
        await visit.SignInAsync(again.Token);

        await visit.ReadyAsync(2);
    }

    [Fact]
    public async Task Eight_tabs_of_a_browser_share_one_sign_in_and_one_stream_and_all_stay_live()
    {
        await using var visit = await Visit.StartAsync(_server.Address, _person.Token);
        await visit.SeeAsync("Choose photos");
        var others = new List<IPage>();
        for (var i = 0; i < 7; i++)
        {
            others.Add(await visit.OpenAsync("/gallery"));
            await others[^1].GetByText("There are no photos yet.").WaitForAsync();
        }

        await visit.ChooseAsync(Visit.Photo("1.jpg"), Visit.Photo("2.jpg"));

        await visit.ReadyAsync(2);
        foreach (var page in others) await page.WaitForFunctionAsync("() => document.querySelectorAll('.grid picture').length === 2");
        visit.Sent("GET", "/api/events/stream").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_person_does_not_get_the_queue()
    {
        await using var visit = await Visit.StartAsync(_server.Address, _person.Token);
        await visit.ChooseAsync(Visit.Photo("1.jpg"));
        await visit.ReadyAsync(1);
        using var bob = await _server.PersonAsync("bob");

        await visit.Page.GetByText("Sign out").ClickAsync();
        await visit.SignInAsync(bob.Token);

        await visit.SeeAsync("Signed in as bob");
        await visit.SeeAsync("Choose photos");
        (await visit.Page.Locator(".rows li").CountAsync()).ShouldBe(0);
    }

    private async Task<string> LinkAsync(string userId)
    {
        using var http = new HttpClient { BaseAddress = _server.Address };
        var key = (await File.ReadAllTextAsync(Path.Combine(_server.DataFolder, "token-key"))).Trim();
        return (await Answer.OfAsync(await http.PostAsJsonAsync("/dev/sign-in-links", new { key, userId }))).Text("key");
    }
}
