namespace Pipeline.EndToEnd;

[Collection(SharedServerTests.Name)]
public sealed class AccessTests(SharedServer shared)
{
    [Fact]
    public async Task Another_users_asset_is_not_there_on_any_route()
    {
        using var alice = await shared.Server.PersonAsync("alice");
        using var mallory = await shared.Server.PersonAsync("mallory");
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", 10);
        (await Person.PutAsync(presigned, new byte[10])).Status.ShouldBe(200);

        (await mallory.PostAsync("/api/upload/confirm", new { id = presigned.Id })).Status.ShouldBe(404);
        (await mallory.PostAsync("/api/upload/confirm", new { key = presigned.Text("key") })).Status.ShouldBe(404);
        (await mallory.AssetAsync(presigned.Id)).Status.ShouldBe(404);
        (await mallory.GetAsync($"/api/assets/{presigned.Id}/timeline")).Status.ShouldBe(404);
        (await mallory.PostAsync($"/api/assets/{presigned.Id}/reprocess")).Status.ShouldBe(404);
        (await mallory.DeleteAsync($"/api/assets/{presigned.Id}")).Status.ShouldBe(404);
        (await mallory.GetAsync("/api/assets")).Json["items"]!.AsArray().ShouldBeEmpty();
        (await alice.AssetAsync(presigned.Id)).Text("status").ShouldBe("pending");
    }

    [Theory]
    [InlineData("POST", "/api/upload/presigned-url")]
    [InlineData("POST", "/api/upload/confirm")]
    [InlineData("GET", "/api/assets")]
    [InlineData("GET", "/api/assets/0191e9a0-0000-7000-8000-000000000000")]
    [InlineData("DELETE", "/api/assets/0191e9a0-0000-7000-8000-000000000000")]
    public async Task Without_a_token_the_answer_is_401_with_a_reason(string method, string path)
    {
        using var stranger = new HttpClient { BaseAddress = shared.Server.Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        var answer = await Answer.OfAsync(await stranger.SendAsync(request));
        answer.Status.ShouldBe(401);
        answer.Text("code").ShouldBe("unauthorized");
        answer.Text("detail").ShouldContain("no token");
    }

    [Fact]
    public async Task Forged_tokens_are_refused()
    {
        using var alice = await shared.Server.PersonAsync();
        var parts = alice.Token.Split('.');
        var none = $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.";
        var otherUser = $"{parts[0]}.{Encode("""{"userId":"bob","exp":4102444800}""")}.{parts[2]}";
        foreach (var forged in new[] { none, otherUser, "garbage", $"{parts[0]}.{parts[1]}." })
        {
            using var forger = new HttpClient { BaseAddress = shared.Server.Address };
            forger.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {forged}");
            (await forger.GetAsync(new Uri("/api/assets", UriKind.Relative))).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        }

        static string Encode(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }
}
