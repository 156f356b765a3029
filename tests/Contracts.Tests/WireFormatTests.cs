using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;

namespace Pipeline.Contracts.Tests;

/// <summary>The messages on the wire: during a roll-out, hosts of different versions exchange them over the bus.</summary>
public sealed class WireFormatTests
{
    private static readonly JsonSerializerOptions Bus = new(SystemTextJsonMessageSerializer.Options) { WriteIndented = true };

    public static TheoryData<string> Names => [.. Messages.All.Select(message => message.GetType().Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_looks_as_it_was_approved(string name)
    {
        var message = Messages.Of(name);

        JsonSerializer.Serialize(message, message.GetType(), Bus).ShouldBeApproved($"{name}.json");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_comes_out_as_it_went_in(string name)
    {
        foreach (var message in new[] { Messages.Of(name), Messages.WithoutOptional(Messages.Of(name)) })
        {
            var json = JsonSerializer.Serialize(message, message.GetType(), Bus);

            var back = JsonSerializer.Deserialize(json, message.GetType(), Bus);

            JsonSerializer.Serialize(back, message.GetType(), Bus).ShouldBe(json);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_bus_writes_messages_as_plain_web_json(string name)
    {
        var message = Messages.Of(name);
        var web = JsonSerializer.SerializeToNode(message, message.GetType(), JsonSerializerOptions.Web);
        var bus = JsonSerializer.SerializeToNode(message, message.GetType(), Bus);

        System.Text.Json.Nodes.JsonNode.DeepEquals(web, bus).ShouldBeTrue();
    }

    [Fact]
    public void Fields_of_a_newer_version_are_ignored()
    {
        var json = JsonSerializer.Serialize((ProcessingStarted)Messages.Of(nameof(ProcessingStarted)), Bus).Replace("{", """{ "newer": 1,""", StringComparison.Ordinal);

        JsonSerializer.Deserialize<ProcessingStarted>(json, Bus).ShouldBe(Messages.Of(nameof(ProcessingStarted)));
    }

    /// <summary>During a roll-out, hosts without the newer fields exchange messages with hosts that have them.</summary>
    [Fact]
    public void Messages_of_older_parts_are_still_understood()
    {
        var ready = Older<AssetReady>("profileFingerprint", "perceptualHash", "animated");
        (ready.ProfileFingerprint, ready.PerceptualHash, ready.Variants[0].Animated).ShouldBe((null, null, false));
        OlderVariants().ShouldAllBe(variant => variant.Recipe == null);

        Older<UploadConfirmed>("focalPoint").FocalPoint.ShouldBeNull();
        var request = Older<UploadConfirmed>("keyGeneration", "publishedRecipe", "shardedKeys", "published");
        (request.KeyGeneration, request.PublishedRecipe, request.ShardedKeys, request.Published).ShouldBe((0, null, false, null));
        Older<ReprocessRequested>("focalPoint").FocalPoint.ShouldBeNull();
    }

    [Fact]
    public void Messages_are_addressed_by_the_approved_names() =>
        string.Join('\n', Messages.All.Select(message => MessageUrn.ForTypeString(message.GetType()))).ShouldBeApproved("message-types.txt");

    [Fact]
    public void Every_message_type_has_its_approved_text()
    {
        var types = typeof(UploadConfirmed).Assembly.GetExportedTypes().Where(type => type.IsClass && !type.IsAbstract).ToList();
        var parts = types.SelectMany(type => type.GetProperties()).SelectMany(p => p.PropertyType.GetGenericArguments().Append(p.PropertyType));
        var messages = types.Except(parts).Select(type => type.Name);

        messages.ShouldBe(Messages.All.Select(message => message.GetType().Name), ignoreOrder: true);
        Approved.Names.Where(name => name.EndsWith(".json", StringComparison.Ordinal)).ShouldBe(
            Messages.All.Select(message => $"{message.GetType().Name}.json"), ignoreOrder: true);
    }

    // The message has a recipe of its own, which every version sends.
    private static IReadOnlyList<AssetVariant> OlderVariants()
    {
        var json = JsonSerializer.SerializeToNode((AssetReady)Messages.Of(nameof(AssetReady)), Bus)!.AsObject();
        Remove(json["variants"], ["recipe"]).ShouldBe(1);
        return json.Deserialize<AssetReady>(Bus)!.Variants;
    }

    private static T Older<T>(params string[] without)
    {
        var json = JsonSerializer.SerializeToNode(Messages.Of(typeof(T).Name), typeof(T), Bus)!.AsObject();
        Remove(json, without).ShouldBe(without.Length);
        return json.Deserialize<T>(Bus)!;
    }

    private static int Remove(System.Text.Json.Nodes.JsonNode? node, string[] names) => node switch
    {
        System.Text.Json.Nodes.JsonObject o => names.Count(o.Remove) + o.Sum(member => Remove(member.Value, names)),
        System.Text.Json.Nodes.JsonArray a => a.Sum(item => Remove(item, names)),
        _ => 0,
    };
}
