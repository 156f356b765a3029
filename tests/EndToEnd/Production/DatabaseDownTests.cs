namespace Pipeline.EndToEnd.Production;

[Collection(FaultTests.Name)]
public sealed class DatabaseDownTests
{
    [Fact]
    public async Task Without_the_database_the_api_tells_when_to_come_again_and_goes_on_when_it_is_back()
    {
        await using var servers = await ProductionServers.MakeAsync();
        await servers.StartAsync(api: [], worker: []);
        using var alice = servers.Person("alice");
        var before = await alice.UploadAsync(PlainPhoto.Bytes);

        await using (await Service.Database.StoppedAsync())
        {
            await IsToldToComeAgainAsync(() => alice.PresignAsync("photo.jpg", "image/jpeg", 10));
            await IsToldToComeAgainAsync(() => alice.ConfirmAsync(before));
            await IsToldToComeAgainAsync(() => alice.AssetAsync(before));
            await Eventually.True(async () => (await alice.GetAsync("/health/ready")).Status == 503, "the database has been asked again");
            var ready = await alice.GetAsync("/health/ready");
            ready.Json["parts"]!["database"]!.GetValue<string>().ShouldBe("unhealthy");
            ready.Json["parts"]!["storage"]!.GetValue<string>().ShouldBe("healthy");
            (await alice.GetAsync("/health/live")).Status.ShouldBe(200);
        }

        await Eventually.True(async () => (await alice.GetAsync("/health/ready")).Status == 200, "the API is ready again");
        (await alice.TerminalAsync(before)).Text("status").ShouldBe("ready");
        (await alice.TerminalAsync(await alice.UploadAsync(PlainPhoto.Bytes))).Text("status").ShouldBe("ready");
    }

    private static async Task IsToldToComeAgainAsync(Func<Task<Answer>> request)
    {
        var answer = await request();
        answer.Status.ShouldBe(503, answer.Body);
        answer.Text("code").ShouldBe("unavailable");
        answer.Headers.RetryAfter!.Delta.ShouldNotBeNull();
    }
}
