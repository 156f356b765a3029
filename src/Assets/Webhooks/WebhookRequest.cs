using System.Globalization;
using System.Text;
using Pipeline.Assets.Events;

namespace Pipeline.Assets.Webhooks;

/// <summary>The values that an owner sets for a webhook. In a change, null leaves a value as it is.</summary>
/// <param name="Url">Where to send.</param>
/// <param name="Events">The types to send; empty for all.</param>
/// <param name="Description">The owner's note; empty for none.</param>
/// <param name="Enabled">Whether to send.</param>
public sealed record WebhookRequest(string? Url, IReadOnlyList<string>? Events, string? Description, bool? Enabled = null)
{
    /// <summary>The errors of events and description, by field.</summary>
    internal Dictionary<string, string[]> Errors()
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (EventsError() is { } events) errors["events"] = [events];
        if (Description?.Length > Webhook.MaxDescription) errors["description"] = [$"must have at most {Webhook.MaxDescription} characters"];
        else if (Description?.EnumerateRunes().Any(IsInvisible) == true) errors["description"] = ["must not contain control characters"];
        return errors;
    }

    // Do not show an unknown type: it may hold anything.
    private string? EventsError() => Events switch
    {
        null => null,
        { Count: var count } when count > EventType.All.Count => $"must hold at most {EventType.All.Count} types",
        _ when Events.All(EventType.All.Contains) => null,
        _ => $"must hold only types of events: {string.Join(", ", EventType.All)}; leave it empty for all",
    };

    private static bool IsInvisible(Rune rune) => rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
