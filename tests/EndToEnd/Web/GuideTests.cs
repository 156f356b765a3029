using System.Net;

namespace Pipeline.EndToEnd.Web;

/// <summary>The guides that the pages of the embedded server link to.</summary>
[Collection(SharedServerTests.Name)]
public sealed class GuideTests(SharedServer shared)
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("api.md")]
    [InlineData("cli.md")]
    [InlineData("configuration.md")]
    [InlineData("operations.md")]
    public async Task A_guide_is_shown_as_text(string name)
    {
        using var http = new HttpClient { BaseAddress = shared.Server.Address };

        using var answer = await http.GetAsync(new Uri($"/guides/{name}", UriKind.Relative));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; charset=utf-8");
    }
}
