namespace Pipeline.EndToEnd.Production;

[Collection(FaultTests.Name)]
public sealed class BrokerDownTests
{
    private const int PublishSeconds = 6;

    // A confirm that waited for the bus would not be back.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(PublishSeconds - 1);

    [Fact]
    public async Task A_confirm_without_a_broker_is_taken_at_once_and_the_asset_becomes_ready_when_it_is_back()
    {
        await using var servers = new ProductionServers();
        await servers.StartApiAsync(("Dispatch__PublishTimeoutSeconds", $"{PublishSeconds}"));
        await servers.StartWorkerAsync();
        using var alice = servers.Person("alice");
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", CameraPhoto.Bytes.Length);
        (await Person.PutAsync(presigned, CameraPhoto.Bytes)).Status.ShouldBe(200);

        await using (await Service.Broker.KilledAsync())
        {
            var confirmed = await alice.ConfirmAsync(presigned.Id).WaitAsync(AtOnce);
            confirmed.Status.ShouldBe(202);
            (await alice.AssetAsync(presigned.Id)).Text("status").ShouldBe("queued");
            (await alice.TimelineKindsAsync(presigned.Id)).ShouldNotContain("dispatched");
        }

        (await alice.TerminalAsync(presigned.Id)).Text("status").ShouldBe("ready");
        (await alice.TimelineKindsAsync(presigned.Id)).Count(kind => kind == "ready").ShouldBe(1);
    }
}
