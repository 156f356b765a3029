using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pipeline.Contracts.Tests;

/// <summary>
/// Compares the permissions in <c>deploy/rabbitmq-definitions.json</c> with all messages. A host does not start if the file lacks one of its
/// messages.
/// </summary>
public sealed class BrokerRightsTests
{
    private static readonly Dictionary<string, JsonNode> Rights = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "rabbitmq-definitions.json")))!["permissions"]!
        .AsArray().ToDictionary(user => user!["user"]!.GetValue<string>(), user => user!, StringComparer.Ordinal);

    public static TheoryData<string> Requests => [.. Of(IsRequest)];

    public static TheoryData<string> Outcomes => [.. Of(message => !IsRequest(message))];

    [Theory]
    [MemberData(nameof(Requests))]
    public void The_api_alone_declares_and_sends_a_request(string exchange)
    {
        (May("uploadapi", "configure", exchange), May("uploadapi", "write", exchange)).ShouldBe((true, true));
        (May("processor", "configure", exchange), May("processor", "write", exchange), May("processor", "read", exchange)).ShouldBe((false, false, false));
    }

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void The_api_declares_and_binds_what_workers_send_and_sends_none_itself(string exchange)
    {
        (May("uploadapi", "configure", exchange), May("uploadapi", "read", exchange), May("uploadapi", "write", exchange)).ShouldBe((true, true, false));
        (May("processor", "configure", exchange), May("processor", "write", exchange), May("processor", "read", exchange)).ShouldBe((false, true, false));
    }

    private static bool IsRequest(object message) => message is ProcessingRequest or RescanRequested;

    private static IEnumerable<string> Of(Func<object, bool> kind) => Messages.All.Where(kind).Select(message => $"{nameof(Pipeline)}.{nameof(Contracts)}:{message.GetType().Name}");

    private static bool May(string user, string deed, string what) => Regex.IsMatch(what, Rights[user][deed]!.GetValue<string>(), RegexOptions.NonBacktracking);
}
