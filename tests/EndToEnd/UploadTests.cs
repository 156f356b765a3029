using System.Security.Cryptography;

namespace Pipeline.EndToEnd;

[Collection(SharedServerTests.Name)]
public sealed class UploadTests(SharedServer shared)
{
    private static readonly byte[] Small = [.. Enumerable.Range(0, 1000).Select(i => (byte)i)];

    [Fact]
    public async Task A_confirm_before_the_upload_answers_409()
    {
        using var alice = await shared.Server.PersonAsync();
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", 10);
        var early = await alice.ConfirmAsync(presigned.Id);
        early.Status.ShouldBe(409);
        early.Text("code").ShouldBe("upload_missing");
    }

    [Fact]
    public async Task A_confirm_can_be_repeated_and_the_file_is_processed_once()
    {
        using var alice = await shared.Server.PersonAsync();
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", CameraPhoto.Bytes.Length);
        await Person.PutAsync(presigned, CameraPhoto.Bytes);
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => alice.ConfirmAsync(presigned.Id)));
        answers.ShouldAllBe(a => a.Status == 202 && a.Json["success"]!.GetValue<bool>());
        var byKey = await alice.PostAsync("/api/upload/confirm", new { key = presigned.Text("key"), originalFilename = "renamed.jpg" });
        byKey.Status.ShouldBe(202);
        byKey.Id.ShouldBe(presigned.Id);

        (await alice.TerminalAsync(presigned.Id)).Text("status").ShouldBe("ready");
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
        (await alice.TimelineKindsAsync(presigned.Id)).ShouldBe(["created", "confirmed", "dispatched", "started", "scanned", "ready"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_signed_url_takes_one_file_of_the_announced_kind_only()
    {
        using var alice = await shared.Server.PersonAsync();
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", Small.Length);
        (await Person.PutAsync(presigned, Small[..^1])).Status.ShouldBe(403);
        (await Person.PutAsync(presigned, [.. Small, 0])).Status.ShouldBe(403);
        (await Person.PutAsync(presigned, Small, contentType: "text/html")).Status.ShouldBe(403);
        (await Person.PutAsync(presigned, Small, method: HttpMethod.Post)).Status.ShouldBeInRange(400, 405);
        (await Person.PutAsync(presigned, Small, method: HttpMethod.Delete)).Status.ShouldBeInRange(400, 405);
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(409);
        (await Person.PutAsync(presigned, Small)).Status.ShouldBe(200);
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
    }

    [Fact]
    public async Task A_checksum_that_was_announced_is_held()
    {
        using var alice = await shared.Server.PersonAsync();
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", Small.Length, Convert.ToHexStringLower(SHA256.HashData(Small)));
        (await Person.PutAsync(presigned, [.. Small.Reverse()])).Status.ShouldBe(400);
        (await Person.PutAsync(presigned, Small)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_expired_url_is_refused()
    {
        await using var server = await Server.StartAsync(("Uploads__UrlSeconds", "1"));
        using var alice = await server.PersonAsync();
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", Small.Length);
        var expires = presigned.Json["expiresAt"]!.GetValue<DateTimeOffset>();
        await Eventually.True(() => TimeProvider.System.GetUtcNow() > expires, "the URL expires");
        (await Person.PutAsync(presigned, Small)).Status.ShouldBe(403);
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(409);
    }

    [Fact]
    public async Task The_eleventh_presign_in_a_minute_answers_429()
    {
        await using var server = await Server.StartAsync(("Uploads__RateLimit__PerMinute", "10"));
        using var alice = await server.PersonAsync();
        using var bob = await server.PersonAsync("bob");
        for (var i = 1; i <= 10; i++)
        {
            var allowed = await alice.PresignAsync("photo.jpg", "image/jpeg", 10);
            allowed.Status.ShouldBe(200);
            allowed.Headers.GetValues("RateLimit-Remaining").ShouldBe([$"{10 - i}"]);
        }

        var refused = await alice.PresignAsync("photo.jpg", "image/jpeg", 10);
        refused.Status.ShouldBe(429);
        refused.Text("code").ShouldBe("rate_limited");
        refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        refused.Headers.GetValues("RateLimit-Limit").ShouldBe(["10"]);
        (await bob.PresignAsync("photo.jpg", "image/jpeg", 10)).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("""{"contentType":"image/jpeg","fileSize":10}""", "invalid_request", "filename")]
    [InlineData("""{"filename":"a.jpg","fileSize":10}""", "invalid_request", "contentType")]
    [InlineData("""{"filename":"a.jpg","contentType":"image/jpeg"}""", "invalid_request", "fileSize")]
    [InlineData("""{"filename":"a.jpg","contentType":"image/jpeg","fileSize":0}""", "invalid_request", "fileSize")]
    [InlineData("""{"filename":"a.jpg\r\nX-Evil: 1","contentType":"image/jpeg","fileSize":10}""", "invalid_request", "filename")]
    [InlineData("""{"filename":"a.jpg","contentType":"image/jpeg","fileSize":10,"profile":"../web"}""", "invalid_request", "profile")]
    [InlineData("""{"filename":"a.exe","contentType":"application/x-msdownload","fileSize":10}""", "unsupported_type", "image/webp")]
    [InlineData("""{"filename":"a.jpg","contentType":"image/jpeg","fileSize":10485761}""", "too_large", "10485760")]
    [InlineData("""{"filename":""", "invalid_request", "JSON")]
    [InlineData("""{"filename":"a.jpg","contentType":"image/jpeg","fileSize":"10"}""", "invalid_request", "fileSize")]
    public async Task A_bad_presign_request_answers_400_and_says_what_is_wrong(string body, string code, string names)
    {
        using var alice = await shared.Server.PersonAsync();
        using var http = new HttpClient { BaseAddress = shared.Server.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", alice.Token);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await Answer.OfAsync(await http.PostAsync(new Uri("/api/upload/presigned-url", UriKind.Relative), content));
        answer.Status.ShouldBe(400);
        answer.Text("code").ShouldBe(code);
        answer.Body.ShouldContain(names);
        answer.Body.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_hostile_file_name_and_user_id_stay_inside_their_folder()
    {
        using var mallory = await shared.Server.PersonAsync("../../etc");
        var presigned = await mallory.PresignAsync("../../../etc/passwd%00.jpg", "image/jpeg", Small.Length);
        presigned.Status.ShouldBe(200);
        presigned.Text("key").ShouldMatch("^uploads/=2E=2E=2F=2E=2E=2Fetc/[0-9]+-[0-9a-f]{16}\\.jpg$");
        (await Person.PutAsync(presigned, Small)).Status.ShouldBe(200);
    }
}
