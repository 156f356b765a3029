namespace Pipeline.EndToEnd.Production;

/// <summary>A store that refuses all requests of the worker.</summary>
[Collection(LiedToWorkerTests.Name)]
public sealed class StoreUnwellTests(LiedToWorker hosts)
{
    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task An_asset_becomes_ready_after_a_store_that_refused_every_request_of_the_worker(int status)
    {
        var proxy = hosts.Proxy;
        using var alice = hosts.Servers.Person("alice");
        var before = proxy.Refused;
        proxy.Refuse(status);
        try
        {
            var id = await alice.UploadAsync(PlainPhoto.Bytes);
            await Eventually.True(
                async () => (await alice.AssetAsync(id)).Json["failure"]?["code"]?.GetValue<string>() == "storage_unavailable", "an attempt has failed");
            (proxy.Refused - before).ShouldBeGreaterThanOrEqualTo(2, "a refused request is tried again at once");
            proxy.Heal();

            (await alice.TerminalAsync(id)).Text("status").ShouldBe("ready");
            (await alice.TimelineKindsAsync(id)).ShouldContain("attempt_failed");
        }
        finally
        {
            proxy.Heal();
        }
    }
}

/// <summary>The same between the API and the store.</summary>
[Collection(LiedToApiTests.Name)]
public sealed class StoreUnwellAtConfirmTests(LiedToApi hosts)
{
    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_confirm_that_the_store_does_not_answer_is_told_to_come_again_and_then_goes_on(int status)
    {
        var proxy = hosts.Proxy;
        using var alice = hosts.Servers.Person("alice");
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", PlainPhoto.Bytes.Length);
        (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);

        proxy.Refuse(status);
        try
        {
            var refused = await alice.ConfirmAsync(presigned.Id);
            refused.Status.ShouldBe(503, refused.Body);
            refused.Headers.RetryAfter!.Delta.ShouldNotBeNull();
            (await alice.AssetAsync(presigned.Id)).Text("status").ShouldBe("pending");
            await Eventually.True(async () => (await alice.GetAsync("/health/ready")).Status == 503, "the store has been asked again");
            var health = await alice.GetAsync("/health/ready");
            health.Json["parts"]!["storage"]!.GetValue<string>().ShouldBe("unhealthy");
            proxy.Heal();

            (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
            (await alice.TerminalAsync(presigned.Id)).Text("status").ShouldBe("ready");
        }
        finally
        {
            proxy.Heal();
        }
    }
}
