using System.CommandLine;
using System.Globalization;

namespace Pipeline.Cli.Commands.Runs;

/// <summary>The options that say how fast a run may go.</summary>
sealed class RunPaceOptions
{
    private readonly Option<double?> _rate = NumberOption.Decimal("--rate", "Start at most so many assets in a second", "N");
    private readonly Option<int?> _inFlight = NumberOption.Whole("--in-flight", "Most assets in work at a time, 1 to 2000; default 200", "N");
    private readonly Option<string?> _window = new("--window") { Description = "Start assets only in these hours, such as 22:00-06:00; an empty text for the whole day", HelpName = "HOURS" };
    private readonly Option<double?> _budget = NumberOption.Decimal("--budget", "Pause when the requests to the store have cost so many US dollars", "USD");
    private readonly Option<string?> _maxFailures = new("--max-failures") { Description = "Pause when more than this share of the assets failed; default 5%", HelpName = "PERCENT" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_rate, _inFlight, _window, _budget, _maxFailures]) command.Add(option);
    }

    public bool IsGiven(ParseResult parsed) => ((Option[])[_rate, _inFlight, _window, _budget, _maxFailures]).Any(option => parsed.GetResult(option) is { Implicit: false });

    public object Read(ParseResult parsed) => new
    {
        rate = parsed.GetValue(_rate),
        inFlight = parsed.GetValue(_inFlight),
        window = parsed.GetValue(_window),
        budgetUsd = parsed.GetValue(_budget),
        maxFailures = parsed.GetValue(_maxFailures) is { } text ? Percent(text) : null,
    };

    private static double? Percent(string text) =>
        double.TryParse(text.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100
            ? percent
            : throw CliFailure.Usage("--max-failures must be 0% to 100%");
}
