using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pipeline.Contracts.Tests;

/// <summary>Hosts of different versions and settings choose the same lane for an asset.</summary>
public sealed class OutcomeLaneTests
{
    [Theory]
    [InlineData("01935b1e-0000-7000-8000-0000000000bb", 59, 11, 3, 2)]
    [InlineData("01935b1e-0000-7000-8000-000000000000", 0, 0, 0, 0)]
    [InlineData("01935b1e-7fff-7fff-bfff-ffffffffffff", 63, 15, 3, 0)]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffff41", 1, 1, 1, 1)]
    public void Shard_and_lane_of_an_id_never_change(string id, int shard, int of16, int of4, int of3)
    {
        var asset = Guid.Parse(id);

        Shards.Of(asset).ShouldBe(shard);
        (OutcomeLanes.Of(asset, 16), OutcomeLanes.Of(asset, 4), OutcomeLanes.Of(asset, 3), OutcomeLanes.Of(asset, 1)).ShouldBe((of16, of4, of3, 0));
    }

    [Fact]
    public void Assets_of_one_millisecond_are_spread_over_all_shards()
    {
        var counts = Enumerable.Range(0, 64_000).Select(_ => Shards.Of(Guid.CreateVersion7(DateTimeOffset.UnixEpoch))).CountBy(shard => shard).ToList();

        // Of 1,000 in a shard, the standard deviation is 31.
        counts.Count.ShouldBe(Shards.Count);
        counts.ShouldAllBe(shard => shard.Value > 700 && shard.Value < 1300);
    }

    [Fact]
    public void Lane_0_is_the_queue_of_installations_without_lanes() =>
        (OutcomeLanes.QueueOf(0), OutcomeLanes.QueueOf(1), OutcomeLanes.Further[^1], OutcomeLanes.Further.Count, OutcomeLanes.Exchange)
            .ShouldBe((QueueNames.Outcomes, "upload-api-outcomes-1", "upload-api-outcomes-15", 15, "pipeline.outcomes"));

    [Fact]
    public void The_api_alone_has_the_lanes_and_workers_write_to_their_exchange_only()
    {
        foreach (var name in OutcomeLanes.Further.SelectMany(queue => new[] { queue, $"{queue}_error", $"{queue}_skipped" }))
        {
            (May("uploadapi", "configure", name), May("uploadapi", "read", name), May("uploadapi", "write", name)).ShouldBe((true, true, true), name);
            (May("processor", "configure", name), May("processor", "read", name), May("processor", "write", name)).ShouldBe((false, false, false), name);
        }

        (May("uploadapi", "configure", OutcomeLanes.Exchange), May("uploadapi", "read", OutcomeLanes.Exchange), May("uploadapi", "write", OutcomeLanes.Exchange)).ShouldBe((true, true, false));
        (May("processor", "configure", OutcomeLanes.Exchange), May("processor", "read", OutcomeLanes.Exchange), May("processor", "write", OutcomeLanes.Exchange)).ShouldBe((false, false, true));
    }

    private static bool May(string user, string deed, string name)
    {
        var rights = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "rabbitmq-definitions.json")))!["permissions"]!
            .AsArray().Single(entry => entry!["user"]!.GetValue<string>() == user)!;
        return Regex.IsMatch(name, rights[deed]!.GetValue<string>(), RegexOptions.NonBacktracking);
    }
}
