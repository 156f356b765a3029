using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary>Ceph refuses an expired URL without a reason, and a URL of one second lives only the rest of the second in which it was signed.</summary>
public sealed class ShortUrlTests : ScriptedApiTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(5, true)]
    public async Task A_file_whose_first_urls_died_on_the_way_arrives(int seconds, bool saysItself)
    {
        (Api.UrlSeconds, Api.SignedAt) = (seconds, saysItself ? TimeProvider.System.GetUtcNow().AddSeconds(-seconds) : null);
        Refuse(upTo: 9);

        (await Run.AgainstAsync(Api, ["upload", Run.Photo("a.jpg", 1000), Run.Photo("b.jpg", 2000), "--no-wait"])).ShouldBe(ExitCode.Done);

        Api.Uploads.Values.ShouldAllBe(one => one.Urls == 10 && one.IsConfirmed);
    }

    [Fact]
    public async Task A_policy_that_refuses_each_short_url_ends_the_upload()
    {
        Api.UrlSeconds = 1;
        Refuse(upTo: int.MaxValue);

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Unreachable);

        Api.Count("PUT").ShouldBe(24);
        Run.Error.ShouldContain("The object store refused the bytes with status 403 AccessDenied");
    }

    [Fact]
    public async Task A_refusal_long_before_the_end_of_the_url_is_final()
    {
        Api.SignedAt = TimeProvider.System.GetUtcNow();
        Refuse(upTo: int.MaxValue);

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Unreachable);

        Api.Count("PUT").ShouldBe(1);
    }

    /// <summary>The answer came late: by this machine's clock the URL has just been signed, by the store's it is dead.</summary>
    [Fact]
    public async Task The_end_that_the_url_says_counts_by_the_clock_of_the_store()
    {
        Api.SignedAt = TimeProvider.System.GetUtcNow().AddHours(-1);
        Refuse(upTo: 1);

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Done);

        Api.Uploads.Values.Single().Urls.ShouldBe(2);
    }

    private void Refuse(int upTo) => Api.Instead = context => context.Request.Method == "PUT" && int.Parse(context.Request.Query["n"].ToString(), System.Globalization.CultureInfo.InvariantCulture) <= upTo
        ? Results.Text("<Error><Code>AccessDenied</Code><Message></Message></Error>", "application/xml", statusCode: 403) : null;
}
