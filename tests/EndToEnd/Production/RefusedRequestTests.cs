namespace Pipeline.EndToEnd.Production;

/// <summary>Requests that the HTTP API refuses, with the URLs of a real store and rows in PostgreSQL.</summary>
[Collection(ProductionServersTests.Name)]
public sealed class RefusedRequestTests(ProductionServers servers)
{
    [Fact]
    public async Task Another_users_key_and_id_are_not_there()
    {
        using var alice = servers.Person("alice");
        using var mallory = servers.Person("mallory");
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", 10);
        (await Person.PutAsync(presigned, new byte[10])).Status.ShouldBe(200);

        (await mallory.ConfirmAsync(presigned.Id)).Status.ShouldBe(404);
        (await mallory.PostAsync("/api/upload/confirm", new { key = presigned.Text("key") })).Status.ShouldBe(404);
        (await mallory.AssetAsync(presigned.Id)).Status.ShouldBe(404);
        (await mallory.GetAsync($"/api/assets/{presigned.Id}/timeline")).Status.ShouldBe(404);
        (await mallory.DeleteAsync($"/api/assets/{presigned.Id}")).Status.ShouldBe(404);
        (await mallory.GetAsync("/api/assets")).Json["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_confirm_can_come_too_early_and_more_than_once_and_the_file_is_processed_once()
    {
        using var alice = servers.Person("alice");
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", CameraPhoto.Bytes.Length);
        (await alice.ConfirmAsync(presigned.Id)).Text("code").ShouldBe("upload_missing");

        await Person.PutAsync(presigned, CameraPhoto.Bytes);
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => alice.ConfirmAsync(presigned.Id)));

        answers.ShouldAllBe(a => a.Status == 202);
        (await alice.TerminalAsync(presigned.Id)).Text("status").ShouldBe("ready");
        (await alice.TimelineKindsAsync(presigned.Id)).ShouldBe(["created", "confirmed", "dispatched", "started", "scanned", "ready"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_url_is_good_for_one_method_and_until_it_expires()
    {
        await using var api = await servers.StartTemporaryApiAsync(("Uploads__UrlSeconds", "5"));
        using var alice = api.Person("alice");
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", 10);
        (await Person.PutAsync(presigned, new byte[10], method: HttpMethod.Post)).Status.ShouldBeInRange(400, 405);
        (await Person.PutAsync(presigned, new byte[10], method: HttpMethod.Delete)).Status.ShouldBe(403);

        var expires = presigned.Json["expiresAt"]!.GetValue<DateTimeOffset>();
        await Eventually.True(() => TimeProvider.System.GetUtcNow() > expires.AddSeconds(1), "the URL expires");
        (await Person.PutAsync(presigned, new byte[10])).Status.ShouldBe(403);
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(409);
    }

    [Fact]
    public async Task The_eleventh_presign_in_a_minute_answers_429()
    {
        await using var api = await servers.StartTemporaryApiAsync(("Uploads__RateLimit__PerMinute", "10"));
        using var hasty = api.Person($"hasty-{Guid.NewGuid():N}");
        for (var i = 0; i < 10; i++) (await hasty.PresignAsync("photo.jpg", "image/jpeg", 10)).Status.ShouldBe(200);

        var refused = await hasty.PresignAsync("photo.jpg", "image/jpeg", 10);

        refused.Status.ShouldBe(429);
        refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
    }

    [Fact]
    public async Task A_second_instance_hands_out_no_more_than_one_alone_and_a_burst_is_allowed_at_once()
    {
        (string, string)[] settings = [("Uploads__RateLimit__PerMinute", "2"), ("Uploads__RateLimit__Burst", "5")];
        await using var one = await servers.StartTemporaryApiAsync(settings);
        await using var other = await servers.StartTemporaryApiAsync(settings);
        var hasty = $"hasty-{Guid.NewGuid():N}";
        using var first = one.Person(hasty);
        using var second = other.Person(hasty);

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => (i % 2 == 0 ? first : second).PresignAsync("photo.jpg", "image/jpeg", 10)));

        // Two more are allowed if the requests spanned the end of a minute.
        answers.Count(answer => answer.Status == 200).ShouldBeOneOf(7, 9);
        answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 429 && answer.Text("detail").Contains("`Uploads:RateLimit:PerMinute` or `Uploads:RateLimit:Burst`", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_lines_of_a_request_have_its_id_and_none_has_the_address_that_somebody_typed()
    {
        using var stranger = new HttpClient { BaseAddress = servers.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/assets/typed-by-somebody?key=typed-by-somebody", UriKind.Relative));
        request.Headers.Add("Origin", $"https://o{Guid.NewGuid():N}.example");
        using var answer = await stranger.SendAsync(request);
        var id = answer.Headers.GetValues("X-Request-Id").Single();

        string[] Lines() => [.. servers.Log.Split('\n').Where(line => line.Contains($"\"RequestId\":\"{id}\"", StringComparison.Ordinal))];
        await Eventually.True(() => Lines().Length == 2, "a line about the origin and one about the answer");
        Lines().ShouldAllBe(line => line.Contains($"\"request {id}, trace ", StringComparison.Ordinal), "the scope");
        servers.Log.ShouldNotContain("typed-by-somebody");
    }
}
