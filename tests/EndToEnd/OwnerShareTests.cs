namespace Pipeline.EndToEnd;

/// <summary>On the in-memory bus, with its own server, since the tests count its work.</summary>
public sealed class OwnerShareTests
{
    [Fact]
    public async Task A_photo_does_not_wait_behind_what_another_account_sends_without_pause()
    {
        await using var server = await Server.StartAsync();
        using var eve = await server.PersonAsync("eve");
        using var ada = await server.PersonAsync("ada");

        await Flood.ShouldDelayNobodyAsync(eve, ada);
    }

    [Fact]
    public async Task Focal_points_without_end_are_few_revisions_and_leave_no_more_than_twice_the_objects()
    {
        await using var server = await Server.StartAsync(("Processor__Profiles__web__Boxes__0", "64x64"), ("Processor__Profiles__web__Fit", "cover"));
        using var eve = await server.PersonAsync("eve");
        var id = await eve.UploadAsync(CameraPhoto.Bytes);
        await eve.TerminalAsync(id);
        var needed = server.Published(id).Count;

        var last = "";
        for (var i = 0; i < 300; i++)
        {
            var answer = await eve.PutJsonAsync($"/api/assets/{id}/focal-point", new { x = i / 300.0, y = 0.5 });
            answer.Status.ShouldBe(202);
            last = answer.Text("revision");
        }

        await Eventually.True(async () => (await eve.AssetAsync(id)) is var a && a.Text("revision") == last && a.Json["work"] is null, "the newest is ready", TimeSpan.FromSeconds(120));
        await Eventually.True(() => server.Published(id).Count <= 2 * needed, "what nobody needs is gone", TimeSpan.FromSeconds(60));
        (await eve.AssetAsync(id)).Json["focalPoint"]!["x"]!.GetValue<double>().ShouldBe(299 / 300.0);
    }

    [Fact]
    public async Task Each_kind_of_request_has_a_limit_of_its_own_for_each_user()
    {
        await using var server = await Server.StartAsync(
            ("RateLimits__ConfirmPerMinute", "1"), ("RateLimits__ReprocessPerMinute", "1"), ("RateLimits__FocalPointPerMinute", "1"), ("RateLimits__DeletePerMinute", "1"),
            ("RateLimits__SignAgainPerMinute", "1"));
        using var alice = await server.PersonAsync();
        using var bob = await server.PersonAsync("bob");
        var id = (await alice.PresignAsync("a.jpg", "image/jpeg", 10)).Id;
        var asks = new Func<Person, Task<Answer>>[]
        {
            person => person.PostAsync($"/api/upload/{id}/url"),
            person => person.ConfirmAsync(id),
            person => person.PostAsync($"/api/assets/{id}/reprocess"),
            person => person.PutJsonAsync($"/api/assets/{id}/focal-point", new { x = 1, y = 1 }),
            person => person.DeleteAsync($"/api/assets/{id}"),
        };

        foreach (var ask in asks)
        {
            (await ask(alice)).Status.ShouldNotBe(429);
            var refused = await ask(alice);
            (refused.Status, refused.Text("code")).ShouldBe((429, "rate_limited"));
            refused.Headers.GetValues("RateLimit-Limit").ShouldBe(["1"]);
            refused.Headers.GetValues("RateLimit-Remaining").ShouldBe(["0"]);
            refused.Headers.RetryAfter!.Delta.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.Zero);
            (await ask(bob)).Status.ShouldBe(404);
        }
    }
}
