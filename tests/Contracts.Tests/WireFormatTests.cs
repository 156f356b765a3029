using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;

namespace Pipeline.Contracts.Tests;

/// <summary>The messages as they travel: parts of different age talk to each other over the bus while a new version is rolled out.</summary>
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

    [Fact]
    public void Messages_are_addressed_by_the_approved_names() =>
        string.Join('\n', Messages.All.Select(message => MessageUrn.ForTypeString(message.GetType()))).ShouldBeApproved("message-types.txt");

    [Fact]
    public void Every_message_type_has_its_approved_text()
    {
        var messages = typeof(UploadConfirmed).Assembly.GetExportedTypes()
            .Where(type => type.IsClass && !type.IsAbstract && type.GetProperty("AssetId") is not null)
            .Select(type => type.Name);

        messages.ShouldBe(Messages.All.Select(message => message.GetType().Name), ignoreOrder: true);
        Approved.Names.Where(name => name.EndsWith(".json", StringComparison.Ordinal)).ShouldBe(
            Messages.All.Select(message => $"{message.GetType().Name}.json"), ignoreOrder: true);
    }
}
