using System.CommandLine;

namespace Pipeline.Cli.Events;

/// <summary>The types of events that the server sends.</summary>
static class EventTypes
{
    public const string Queued = "asset.queued";
    public const string Processing = "asset.processing";
    public const string Ready = "asset.ready";
    public const string Rejected = "asset.rejected";
    public const string Failed = "asset.failed";
    public const string Expired = "asset.expired";
    public const string Deleted = "asset.deleted";
    public const string BatchCompleted = "batch.completed";
    public const string WebhookPaused = "webhook.paused";

    public static readonly string[] All = [Queued, Processing, Ready, Rejected, Failed, Expired, Deleted, BatchCompleted, WebhookPaused];

    /// <summary>An option for several types, separated by commas or given several times.</summary>
    public static Option<string[]> Option(string name, string description)
    {
        var option = new Option<string[]>(name)
        {
            Description = description,
            HelpName = "TYPES",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result =>
            {
                var types = result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct(StringComparer.Ordinal).ToArray();
                if (types.FirstOrDefault(type => !All.Contains(type)) is { } unknown) result.AddError($"'{unknown}' is not a type of events. The types are {string.Join(", ", All)}.");
                return types;
            },
        };
        option.CompletionSources.Add(All);
        return option;
    }
}
