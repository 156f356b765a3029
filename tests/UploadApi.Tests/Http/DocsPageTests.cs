using System.Text.RegularExpressions;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Http;

[Collection(ApiHostTests.Name)]
public sealed partial class DocsPageTests(ApiHost api)
{
    [Fact]
    public async Task The_page_at_docs_loads_nothing_from_elsewhere()
    {
        var page = await api.GetAsync("/docs", user: null);
        if (page.Status is 301 or 302 or 307 or 308) page = await api.GetAsync(page.Headers["Location"], user: null);

        page.Status.ShouldBe(200);
        var policy = page.Headers["Content-Security-Policy"];
        policy.ShouldStartWith("default-src 'none'");
        var scripts = policy.Split("; ").Single(rule => rule.StartsWith("script-src", StringComparison.Ordinal));
        scripts.ShouldNotContain("unsafe-inline");
        page.Body.Split("<script").Skip(1).ShouldAllBe(script => scripts.Contains($"'nonce-{Nonce().Match(script).Groups["nonce"].Value}'", StringComparison.Ordinal));
        page.Body.ShouldContain("openapi/v1.json");
        foreach (Match source in Source().Matches(page.Body)) source.Groups["url"].Value.ShouldNotContain("//");
    }

    [GeneratedRegex("nonce=\"(?<nonce>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Nonce();

    [GeneratedRegex("(src|href)=\"(?<url>[^\"]*)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Source();
}
