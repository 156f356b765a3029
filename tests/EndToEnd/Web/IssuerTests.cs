using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;

namespace Pipeline.EndToEnd.Web;

/// <summary>People sign in at a real OpenID Connect issuer, which runs on this machine: tests/issuer.</summary>
public sealed class IssuerTests : IAsyncLifetime
{
    private const string Audience = "pipeline";

    private readonly int _port = FreePort.Take();
    private Process _issuer = null!;
    private Server? _server;

    private string Address => $"http://127.0.0.1:{_port}";

    public async Task InitializeAsync()
    {
        string[] arguments = [_port.ToString(CultureInfo.InvariantCulture), "pages", Audience];
        _issuer = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, "tests", "issuer", "start.sh"), arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            await StartServersAsync();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _issuer.Kill(entireProcessTree: true);
        _issuer.Dispose();
    }

    [Fact]
    public async Task A_person_signs_in_at_the_issuer_and_returns_to_the_page_that_they_left()
    {
        await using var visit = await StartAsync("/gallery");
        await SignInAsync(visit, "alice");

        await visit.SeeAsync("Signed in as alice");
        await visit.SeeAsync("There are no photos yet.");

        visit.Page.Url.ShouldBe(new Uri(_server!.Address, "/gallery").AbsoluteUri);
        (await visit.Page.EvaluateAsync<int>("() => localStorage.length + Object.keys(sessionStorage).filter((key) => key.startsWith('oidc.')).length"))
            .ShouldBe(0, "only the session keeps the token");
        await visit.Page.ReloadAsync();
        await visit.SeeAsync("Signed in as alice");
    }

    [Fact]
    public async Task An_expired_token_is_renewed_at_the_issuer_and_the_queue_goes_on()
    {
        await using var visit = await StartAsync("/");
        await SignInAsync(visit, "alice");
        await visit.SeeAsync("Choose photos");
        var isExpired = true;
        await visit.Context.RouteAsync("**/api/upload/**", route => isExpired ? route.FulfillAsync(new RouteFulfillOptions { Status = 401 }) : route.ContinueAsync());
        await visit.ChooseAsync(Visit.Photo("1.jpg"), Visit.Photo("2.jpg"));
        await visit.SeeAsync("Your sign-in has expired.");

        isExpired = false;
        visit.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await visit.Page.GetByText("Sign in with your account").ClickAsync();
        await ContinueAsync(visit);

        await visit.ReadyAsync(2);
    }

    [Fact]
    public async Task The_role_of_the_token_opens_the_dashboard_and_without_it_the_page_says_why_not()
    {
        await using (var visit = await StartAsync("/admin"))
        {
            await SignInAsync(visit, "alice");
            await visit.SeeAsync("Signed in as alice");
            await visit.SeeAsync("403");
        }

        await using (var visit = await StartAsync("/admin"))
        {
            await SignInAsync(visit, "operator");
            await visit.Page.Locator(".tiles li").First.WaitForAsync();
        }
    }

    [Fact]
    public async Task A_person_who_refuses_at_the_issuer_can_try_again()
    {
        await using var visit = await StartAsync("/");
        await visit.Page.GetByText("Sign in with your account").ClickAsync();
        await visit.Page.GetByText("[ Cancel ]").ClickAsync();

        await visit.Page.GetByText("Try again").ClickAsync();
        await SignInAsync(visit, "alice");
        await visit.SeeAsync("Signed in as alice");
    }

    [Fact]
    public async Task While_the_issuer_is_away_the_page_says_so()
    {
        await using var visit = await StartAsync("/");
        await visit.Context.RouteAsync($"{Address}/**", route => route.AbortAsync());

        await visit.Page.GetByText("Sign in with your account").ClickAsync();

        await visit.SeeAsync("The sign-in service does not respond. Try again later.");
    }

    private async Task StartServersAsync()
    {
        while (await _issuer.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(3)) is var line && line != "issuer ready") line.ShouldNotBeNull("the issuer starts");
        _server = await Server.StartAsync(("Auth__Authority", Address), ("Auth__Audience", Audience), ("Web__ClientId", "pages"));
    }

    private Task<Visit> StartAsync(string path) => Visit.StartAsync(_server!.Address, token: null, path, new Uri(Address).Authority);

    private static async Task SignInAsync(Visit visit, string name)
    {
        await visit.Page.GetByText("Sign in with your account").ClickAsync();
        await visit.Page.GetByPlaceholder("Enter any login").FillAsync(name);
        await visit.Page.GetByPlaceholder("and password").FillAsync("any");
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign-in" }).ClickAsync();
        await ContinueAsync(visit);
    }

    private static Task ContinueAsync(Visit visit) => visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Continue" }).ClickAsync();
}
