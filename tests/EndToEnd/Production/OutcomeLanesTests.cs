using Pipeline.Contracts;

namespace Pipeline.EndToEnd.Production;

/// <summary>The number of outcome queues changes while hosts of other settings run, with the least rights.</summary>
public sealed class OutcomeLanesTests
{
    private const int Photos = 8;
    private const int Lanes = 3;

    private static readonly (string, string) Setting = ("RabbitMq__OutcomeLanes", "3");

    [Fact]
    public async Task Lanes_are_added_and_left_without_a_lost_or_doubled_outcome()
    {
        await using var servers = await ProductionServers.MakeAsync();
        var broker = servers.Broker;
        await servers.StartAsync(api: [("RabbitMq__ErrorQueueSeconds", "1")], worker: [Setting]);
        using var alice = servers.Person("alice");

        // A worker that is ahead of the API uses the one queue that exists.
        await using var tap = await LaneTap.OpenAsync(broker);
        await ShouldBeReadyOnceAsync(alice, await UploadAsync(alice));
        (await tap.TakeAsync()).Select(outcome => outcome.Lane).Distinct().ShouldBe([0]);
        (await broker.ArgumentsAsync()).Keys.ShouldNotContain(OutcomeLanes.QueueOf(1));

        // One API of two makes the lanes; a worker that starts now uses them, beside the other that has not seen them yet.
        await using (await servers.StartTemporaryApiAsync(Setting))
        {
            await Eventually.True(async () => (await broker.ArgumentsAsync()).ContainsKey(OutcomeLanes.QueueOf(Lanes - 1)), "the lanes exist");
            await servers.KillWorkerAsync();
            await servers.StartWorkerAsync(Setting);
            var split = await UploadAsync(alice);
            await ShouldBeReadyOnceAsync(alice, split);
            var outcomes = await tap.TakeAsync();
            outcomes.ShouldAllBe(outcome => outcome.Lane == OutcomeLanes.Of(outcome.Asset, Lanes));
            outcomes.Select(outcome => outcome.Asset).Distinct().ShouldBe(split, ignoreOrder: true);
        }

        // The API that made the lanes is gone; the one whose setting is 1 reads them all.
        await ShouldBeReadyOnceAsync(alice, await UploadAsync(alice));
        foreach (var lane in Enumerable.Range(0, Lanes)) await Eventually.True(async () => await broker.CountAsync(OutcomeLanes.QueueOf(lane)) == 0, $"lane {lane} is empty");

        // A wrong message in a lane moves to an error queue and is reported, as in the first queue.
        await broker.PublishAsync(OutcomeLanes.QueueOf(2), "{"u8.ToArray());
        await Eventually.True(
            async () => (await alice.GetAsync("/health/ready")).Json["reasons"]?["error queues"]?.GetValue<string>().Contains("1 in upload-api-outcomes-2_error", StringComparison.Ordinal) == true,
            "the API sees the error queue of a lane");
    }

    private static async Task<Guid[]> UploadAsync(Person person)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < Photos; i++) ids.Add(await person.UploadAsync(PlainPhoto.Bytes));
        return [.. ids];
    }

    private static async Task ShouldBeReadyOnceAsync(Person person, IEnumerable<Guid> ids)
    {
        foreach (var id in ids)
        {
            (await person.TerminalAsync(id)).Text("status").ShouldBe("ready");
            (await person.TimelineKindsAsync(id)).Count(kind => kind == "ready").ShouldBe(1);
        }
    }
}
