namespace Pipeline.EndToEnd.Hostile;

/// <summary>Headers of responses, in addition to the checks of the hostile requests.</summary>
[Collection(SharedServerTests.Name)]
public sealed class ResponseHeaderTests(SharedServer shared)
{
    private static readonly string[] NotDescribed =
        ["/health/live", "/health/ready", "/openapi/v1.json", "/", "/gallery", "/dev/token", "/nothing", "/storage/uploads/x", "/storage/public/assets/x", "/storage/..%2f..%2fetc"];

    [Fact]
    public async Task No_answer_goes_without_them_whoever_gives_it()
    {
        using var http = new HttpClient { BaseAddress = shared.Server.Address };
        var wrong = new List<string>();
        foreach (var path in NotDescribed.Concat((await ApiSurface.OfAsync(http)).Operations.Select(o => o.At(Guid.Empty.ToString()))))
        {
            foreach (var method in new[] { "GET", "HEAD", "POST", "PUT", "OPTIONS" })
            {
                using var response = await http.SendAsync(Probe.Request(method, path, token: null));
                wrong.AddRange(Probe.WrongHeaders(response).Select(w => $"{method} {path} ({(int)response.StatusCode}): {w}"));
                if (response.Headers.Contains("Strict-Transport-Security")) wrong.Add($"{method} {path}: HSTS over plain http");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_published_image_can_neither_run_nor_be_guessed_at()
    {
        using var alice = await shared.Server.PersonAsync();
        var asset = await alice.TerminalAsync(await alice.UploadAsync(CameraPhoto.Bytes));
        using var http = new HttpClient();
        using var image = await http.GetAsync(asset.Json["variants"]![0]!["url"]!.ToString());

        Probe.WrongHeaders(image).ShouldBeEmpty();
        image.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox");
    }

    [Fact]
    public async Task Behind_tls_every_answer_asks_for_it_and_no_header_of_a_client_decides_that()
    {
        await using var server = await Server.StartAsync(
            ("Api__PublicUrl", "https://uploads.example.com"), ("Storage__Disk__BaseUrl", "https://uploads.example.com"), ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"));
        using var http = new HttpClient { BaseAddress = server.Address };
        foreach (var path in NotDescribed)
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
            response.Headers.TryGetValues("Strict-Transport-Security", out var hsts).ShouldBeTrue(path);
            hsts!.Single().ShouldBe("max-age=31536000");
        }

        // A client of a server reached by http cannot make it claim https.
        using var plain = new HttpClient { BaseAddress = shared.Server.Address };
        using var request = Probe.Request("GET", "/health/live", token: null);
        request.Headers.Add("X-Forwarded-Proto", "https");
        using var answer = await plain.SendAsync(request);
        answer.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
    }
}
