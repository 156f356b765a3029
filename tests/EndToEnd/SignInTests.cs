namespace Pipeline.EndToEnd;

/// <summary>Tokens without an app: only for users who can read the data folder of an embedded server.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private Server _server = null!;
    private HttpClient _http = null!;

    private string Key => File.ReadAllText(Path.Combine(_server.DataFolder, "token-key")).Trim();

    public async Task InitializeAsync()
    {
        _server = await Server.StartAsync(("Development__Tokens", "true"));
        _http = new HttpClient { BaseAddress = _server.Address };
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_key_in_the_data_folder_gives_a_token_that_works()
    {
        var answer = await AskAsync("/dev/token", new { key = Key, userId = "alice", role = "admin" });
        answer.Status.ShouldBe(200);

        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", answer.Text("token"));
        (await _http.GetAsync(new Uri("/api/assets", UriKind.Relative))).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_key_can_be_read_by_its_owner_only_and_stands_in_no_log()
    {
        await AskAsync("/dev/token", new { key = Key, userId = "alice" });
        await AskAsync("/dev/token", new { key = Key + "x", userId = "alice" });

        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(_server.DataFolder, "token-key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _server.Log.ShouldNotContain(Key);
    }

    [Fact]
    public async Task Without_the_right_key_nobody_gets_anything()
    {
        foreach (var path in new[] { "/dev/token", "/dev/sign-in-links" })
        {
            foreach (var key in new[] { null, "", "wrong", Key[..^1], Key + "=", Key.ToUpperInvariant() })
            {
                var answer = await AskAsync(path, new { key, userId = "alice", role = "admin" });
                answer.Status.ShouldBe(401, $"{path} with '{key}'");
                answer.Text("code").ShouldBe("unauthorized");
            }
        }
    }

    [Fact]
    public async Task A_sign_in_link_is_good_for_one_browser()
    {
        var link = await AskAsync("/dev/sign-in-links", new { key = Key, userId = "alice" });
        link.Status.ShouldBe(200);

        var first = await AskAsync("/dev/sign-in", new { key = link.Text("key") });
        first.Status.ShouldBe(200);
        first.Text("userId").ShouldBe("alice");
        first.Text("token").ShouldNotBeEmpty();
        (await AskAsync("/dev/sign-in", new { key = link.Text("key") })).Status.ShouldBe(401);
        (await AskAsync("/dev/sign-in", new { key = (string?)null })).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Of_many_that_use_a_link_at_once_one_gets_in()
    {
        var link = await AskAsync("/dev/sign-in-links", new { key = Key, userId = "alice" });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync("/dev/sign-in", new { key = link.Text("key") })));

        answers.Count(answer => answer.Status == 200).ShouldBe(1);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-Host", "localhost")]
    [InlineData("X-Forwarded-Proto", "http")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("Host", "evil.example")]
    public async Task What_shows_that_it_was_forwarded_is_refused_even_with_the_key(string header, string value)
    {
        foreach (var path in new[] { "/dev/token", "/dev/sign-in-links", "/dev/sign-in" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(new { key = Key, userId = "alice" }) };
            request.Headers.TryAddWithoutValidation(header, value);
            (await _http.SendAsync(request)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound, path);
        }
    }

    [Fact]
    public async Task Where_the_framework_believes_forwarded_headers_they_are_no_reason_to_hand_out_tokens()
    {
        await _server.StopAsync();
        await _server.StartAgainAsync(("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/dev/token") { Content = JsonContent.Create(new { key = Key, userId = "alice" }) };
        request.Headers.Add("X-Forwarded-For", "127.0.0.1");

        (await _http.SendAsync(request)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Unless_it_is_switched_on_there_is_no_such_route_and_no_key()
    {
        await _server.StopAsync();
        var key = Key;
        File.Delete(Path.Combine(_server.DataFolder, "token-key"));
        await _server.StartAgainAsync(("Development__Tokens", "false"));

        foreach (var path in new[] { "/dev/token", "/dev/sign-in-links", "/dev/sign-in" })
            (await AskAsync(path, new { key, userId = "alice" })).Status.ShouldBe(404, path);
        File.Exists(Path.Combine(_server.DataFolder, "token-key")).ShouldBeFalse();
    }

    private async Task<Answer> AskAsync(string path, object body) => await Answer.OfAsync(await _http.PostAsJsonAsync(path, body));
}
