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
        page.Headers["Content-Security-Policy"].ShouldContain("default-src 'none'");
        page.Body.ShouldContain("openapi/v1.json");
        foreach (Match source in Source().Matches(page.Body)) source.Groups["url"].Value.ShouldNotContain("//");
    }

    [GeneratedRegex("(src|href)=\"(?<url>[^\"]*)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Source();
}
