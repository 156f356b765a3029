using System.Net;
using System.Text.RegularExpressions;

namespace Pipeline.EndToEnd.Web;

/// <summary>How the pages are served.</summary>
[Collection(SharedServerTests.Name)]
public sealed partial class ServingTests(SharedServer shared) : IDisposable
{
    // Without automatic decompression, to see what is sent.
    private readonly HttpClient _http = new() { BaseAddress = shared.Server.Address };

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("/")]
    [InlineData("/gallery")]
    [InlineData("/a/0191e9a0-0000-7000-8000-0000000000e0")]
    [InlineData("/signed-in?code=x")]
    [InlineData("/admin")]
    [InlineData("/admin/assets?status=failed")]
    [InlineData("/admin/runs/0191e9a0-0000-7000-8000-0000000000e0")]
    public async Task A_page_is_never_cached_and_has_a_policy_with_a_nonce_of_its_own(string path)
    {
        var (first, second) = (await GetAsync(path), await GetAsync(path));

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        first.Headers.CacheControl!.ToString().ShouldBe("no-cache");
        var policy = Policy(first);
        policy.ShouldStartWith("default-src 'none'; script-src 'self'; ");
        policy.ShouldNotContain("unsafe");
        Nonce().Match(policy).Groups["nonce"].Value.ShouldNotBe(Nonce().Match(Policy(second)).Groups["nonce"].Value);
        (await first.Content.ReadAsStringAsync()).ShouldContain(Nonce().Match(policy).Groups["nonce"].Value);
    }

    [Fact]
    public async Task The_files_of_a_page_have_hashed_names_are_kept_for_good_and_come_compressed()
    {
        var page = await (await GetAsync("/")).Content.ReadAsStringAsync();
        var links = Link().Matches(page).Select(match => match.Groups["to"].Value).ToList();

        links.Count.ShouldBeGreaterThan(2);
        foreach (var link in links)
        {
            using var plain = await GetAsync(link);
            plain.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable", link);
            plain.Content.Headers.ContentEncoding.ShouldBeEmpty(link);

            using var request = new HttpRequestMessage(HttpMethod.Get, link);
            request.Headers.Add("Accept-Encoding", "gzip");
            using var gzip = await _http.SendAsync(request);
            gzip.Headers.Vary.ShouldContain("Accept-Encoding", link);
            gzip.Content.Headers.ContentLength!.Value.ShouldBeLessThanOrEqualTo(plain.Content.Headers.ContentLength!.Value, link);
            if (plain.Content.Headers.ContentLength > 1000) gzip.Content.Headers.ContentEncoding.ShouldBe(["gzip"], link);
        }
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/assets/index-00000000.js")]
    [InlineData("/assets/../appsettings.json")]
    [InlineData("/index.html")]
    [InlineData("/.vite/manifest.json")]
    [InlineData("/api/nothing")]
    [InlineData("/gallery/nothing")]
    [InlineData("/admin/nothing")]
    public async Task Another_address_is_not_found_and_no_page(string path)
    {
        using var answer = await GetAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    private static string Policy(HttpResponseMessage answer) => answer.Headers.GetValues("Content-Security-Policy").Single();

    private Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri(path, UriKind.Relative));

    [GeneratedRegex("'nonce-(?<nonce>[0-9a-f]{32})'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Nonce();

    [GeneratedRegex(@"(href|src)=""(?<to>/[^""]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
