using System.Net;
using System.Text.RegularExpressions;

namespace Pipeline.EndToEnd;

/// <summary>The page at <c>/</c> of the embedded server.</summary>
[Collection(SharedServerTests.Name)]
public sealed partial class HomePageTests(SharedServer shared)
{
    [Fact]
    public async Task Every_link_of_the_page_leads_somewhere_and_the_api_and_the_guides_are_among_them()
    {
        using var http = new HttpClient { BaseAddress = shared.Server.Address };
        var links = Link().Matches(await http.GetStringAsync(new Uri("/", UriKind.Relative))).Select(match => match.Groups["to"].Value).ToList();

        links.ShouldContain("docs");
        links.ShouldContain("guides/cli.md");
        foreach (var link in links)
        {
            using var answer = await http.GetAsync(new Uri(link, UriKind.Relative));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, link);
            if (link.EndsWith(".md", StringComparison.Ordinal)) answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; charset=utf-8", link);
        }
    }

    [GeneratedRegex(@"(href|src)=""(?<to>(?!data:)[^""]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
