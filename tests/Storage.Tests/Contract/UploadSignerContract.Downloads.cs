using System.Net;

namespace Pipeline.Storage.Tests.Contract;

/// <summary>URLs that read an object under headers of their own.</summary>
public abstract partial class UploadSignerContract
{
    private const string Disposition = "attachment; filename=\"a _b_.jpg\"; filename*=UTF-8''a%20%22b%22%20%EC%82%AC%EC%A7%84.jpg";

    /// <summary>The signer of downloads to test.</summary>
    protected abstract IDownloadSigner Downloads { get; }

    [Theory]
    [InlineData("originals/0e/x/00ff")]
    [InlineData("assets/0e/x/r/w1.jpg")]
    [InlineData("private/0e/x/r/w1.jpg")]
    public async Task A_download_comes_with_exactly_the_headers_that_were_signed(string path)
    {
        var key = ObjectKey.Parse(path.Replace("/x/", $"/{Guid.NewGuid()}/", StringComparison.Ordinal));
        await Store.WriteAsync(key, new MemoryStream([1, 2, 3]), 3, new WriteOptions { ContentType = "image/png", CacheControl = "public, max-age=1" }, default);
        var terms = new DownloadTerms { ContentType = "image/jpeg", ContentDisposition = Disposition, CacheControl = "private, no-store" };

        using var answer = await Http.GetAsync(Downloads.SignGet(key, terms, AWhile).Url);
        using var bare = await Http.GetAsync(Downloads.SignGet(key, new DownloadTerms(), AWhile).Url);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe([1, 2, 3]);
        answer.Content.Headers.NonValidated["Content-Disposition"].ToString().ShouldBe(Disposition);
        answer.Content.Headers.NonValidated["Content-Type"].ToString().ShouldBe("image/jpeg");
        answer.Headers.NonValidated["Cache-Control"].ToString().ShouldBe("private, no-store");
        bare.Content.Headers.NonValidated["Content-Type"].ToString().ShouldBe("image/png");
        bare.Headers.NonValidated["Cache-Control"].ToString().ShouldBe("public, max-age=1");
    }

    [Fact]
    public async Task A_holder_cannot_change_the_headers_of_a_download()
    {
        var key = ObjectKey.Parse($"originals/0e/{Guid.NewGuid()}/00ff");
        await Store.WriteAsync(key, new MemoryStream([1, 2, 3]), 3, new WriteOptions { ContentType = "image/png" }, default);
        var url = Downloads.SignGet(key, new DownloadTerms { ContentType = "image/jpeg", ContentDisposition = Disposition }, AWhile).Url.AbsoluteUri;

        foreach (var changed in (string[])[url.Replace("image%2Fjpeg", "text%2Fhtml", StringComparison.Ordinal), url.Replace("attachment", "inline", StringComparison.Ordinal), $"{url}&response-cache-control=public"])
        {
            changed.ShouldNotBe(url);
            using var answer = await Http.GetAsync(new Uri(changed));
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
    }

    [Theory]
    [InlineData("a\r\nSet-Cookie: x")]
    [InlineData("é")]
    [InlineData("")]
    public void Headers_that_would_not_be_one_line_of_ASCII_are_not_signed(string value) =>
        Should.Throw<ArgumentException>(() => Downloads.SignGet(ObjectKey.Parse("assets/x"), new DownloadTerms { ContentDisposition = value }, AWhile));

    [Fact]
    public void A_download_expires_when_it_says_and_is_signed_for_a_second_at_least()
    {
        var download = Downloads.SignGet(ObjectKey.Parse("assets/x"), new DownloadTerms(), TimeSpan.FromSeconds(1));

        download.ExpiresAt.ShouldBe(Now.AddSeconds(1), TimeSpan.FromSeconds(1));
        Should.Throw<ArgumentOutOfRangeException>(() => Downloads.SignGet(ObjectKey.Parse("assets/x"), new DownloadTerms(), TimeSpan.Zero));
    }

    /// <summary>The signer's time.</summary>
    protected abstract DateTimeOffset Now { get; }
}
