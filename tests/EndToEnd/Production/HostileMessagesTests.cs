using Pipeline.Contracts;

namespace Pipeline.EndToEnd.Production;

/// <summary>
/// A client with access to the bus sends outcomes that workers never send: each moves to an error queue at once, without an effect on the
/// asset or on other outcomes.
/// </summary>
public sealed class HostileMessagesTests
{
    private const string Mark = "h0stile";

    [Fact]
    public async Task Hostile_outcomes_of_every_kind_are_put_aside_at_once_and_a_good_one_behind_them_is_taken()
    {
        await using var servers = await ProductionServers.MakeAsync();
        var broker = servers.Broker;
        await servers.StartApiAsync(("RabbitMq__ErrorQueueSeconds", "1"));
        using var alice = servers.Person("alice");
        var id = await alice.UploadAsync(PlainPhoto.Bytes);
        var outcomes = Bodies(id).ToList();

        foreach (var (exchange, body, contentType) in outcomes) await broker.PublishAsync(exchange, body, contentType);
        await broker.PublishAsync(Envelope.ExchangeOf<AssetReady>(), Envelope.Bytes(Envelope.Of(Envelope.Ready(id))));

        await Eventually.True(async () => (await alice.AssetAsync(id)).Text("status") == "ready", "the good outcome is taken");
        var list = await alice.GetAsync("/api/assets");
        (list.Status, list.Body.Contains(Mark, StringComparison.Ordinal)).ShouldBe((200, false));
        await Eventually.True(
            async () => await AsideAsync(broker) == outcomes.Count, $"all {outcomes.Count} hostile ones are put aside, now {await AsideAsync(broker)}");
        await Eventually.True(
            async () => (await alice.GetAsync("/health/ready")) is { Status: 200 } ready
                && ready.Json["parts"]!["error queues"]!.GetValue<string>() == "degraded"
                && ready.Json["reasons"]!["error queues"]!.GetValue<string>().Contains("in upload-api-outcomes_error", StringComparison.Ordinal),
            "readiness tells, and the host stays in service");
        servers.Log.ShouldContain("upload-api-outcomes_error, which has no consumer, holds");
        servers.Log.ShouldNotContain(Mark);
        servers.Log.ShouldNotContain("passwd");
    }

    private static async Task<long> AsideAsync(OwnVirtualHost broker)
    {
        long sum = 0;
        foreach (var queue in new[] { QueueNames.Outcomes, QueueNames.Profiles })
            sum += await broker.CountAsync($"{queue}_error") + await broker.CountAsync($"{queue}_skipped");
        return sum;
    }

    private static IEnumerable<(string Exchange, byte[] Body, string ContentType)> Bodies(Guid id)
    {
        const string Json = "application/vnd.masstransit+json";
        object[] good = [Envelope.Started(id), Envelope.Continues(id), Envelope.Ready(id), Envelope.Rejected(id), Envelope.Failed(id), Envelope.Rescanned(id), Envelope.Profiles()];
        foreach (var message in good)
        {
            var exchange = $"Pipeline.Contracts:{message.GetType().Name}";
            foreach (var field in Envelope.Of(message)["message"]!.AsObject().Select(property => property.Key).Where(IsChecked))
            {
                foreach (var value in new Func<JsonNode?>[] { () => null, () => JsonValue.Create(-1), () => new JsonObject { [Mark] = Mark }, () => JsonValue.Create($"../../etc/passwd\0{Mark}"), () => JsonNode.Parse("1e400") })
                {
                    if (value() is null && MayBeNull(message, field)) continue;
                    var envelope = Envelope.Of(message);
                    envelope["message"]![field] = value();
                    yield return (exchange, Envelope.Bytes(envelope), Json);
                }

                var without = Envelope.Of(message);
                without["message"]!.AsObject().Remove(field);
                if (!MayBeMissing(message, field)) yield return (exchange, Envelope.Bytes(without), Json);
            }

            var unknown = Envelope.Of(message);
            unknown["messageType"] = new JsonArray($"urn:message:Pipeline.Contracts:{Mark}");
            yield return (exchange, Envelope.Bytes(unknown), Json);
            yield return (exchange, Encoding.UTF8.GetBytes($"{{ {Mark}"), Json);
            yield return (exchange, [], Json);
            yield return (exchange, [0xFF, 0xFE, 0x00], Json);
            yield return (exchange, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"message\":", 5_000))), Json);
            yield return (exchange, Envelope.Bytes(Envelope.Of(message)).Concat(new byte[1]).ToArray(), Json);
            yield return (exchange, Encoding.UTF8.GetBytes(Mark), $"text/{Mark}");
        }

        var surrogate = Encoding.UTF8.GetString(Envelope.Bytes(Envelope.Of(Envelope.Rejected(id)))).Replace("It does not decode.", "\\ud800", StringComparison.Ordinal);
        yield return (Envelope.ExchangeOf<AssetRejected>(), Encoding.UTF8.GetBytes(surrogate), Json);
        var key = Envelope.Of(Envelope.Ready(id));
        key["message"]!["variants"]![0]!["key"] = "../../etc/passwd";
        yield return (Envelope.ExchangeOf<AssetReady>(), Envelope.Bytes(key), Json);
    }

    // A rejection may precede the scan, a heartbeat names no step, and older workers send neither the id of their process nor findings and counts, nor the
    // engine of a failure, nor what they removed.
    private static bool MayBeNull(object message, string field) => field is "instance" or "findings" or "requests" or "removed" || (message is ProcessingFailed && field == "engine") || (message is AssetRejected or ProfilesAnnounced && field == "scanner") || (message is RescanEnded && field == "code") || (message is ProcessingContinues && field == "step");

    // Nor do they send their concurrency, or that they stop.
    private static bool MayBeMissing(object message, string field) => MayBeNull(message, field) || field is "concurrency" or "reprocessConcurrency" or "isLeaving";

    // The others are dropped if they are not hashes or no trace: a worker's mistake in them must not fail the asset.
    private static bool IsChecked(string field) => field is not ("profileFingerprint" or "perceptualHash" or "traceContext");
}
