using System.CommandLine;
using System.Globalization;
using Pipeline.Cli.Capacity;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands;

/// <summary>Says what a rate of uploads needs, without a server.</summary>
static class CapacityCommand
{
    private const double MostUploads = 1_000_000;
    private const double MostMegapixels = 10_000;

    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var uploads = Amount("--uploads-per-second", "Uploads a second at the busiest hour", MostUploads);
        var megapixels = Amount("--megapixels", "Size of a usual photo", MostMegapixels);
        var figures = new Option<string?>("--figures") { Description = "Rates that ./bench.sh capacity wrote; without it those in the folder of the config file", HelpName = "FILE" };
        var reference = new Option<bool>("--reference") { Description = "Use the rates of docs/performance.md, also if this machine was measured" };
        var command = new Command("capacity", "Computes the workers, databases, requests and money that a rate of uploads needs. Asks no server.") { uploads, megapixels, figures, reference };
        command.Validators.Add(result =>
        {
            if (result.GetValue(figures) is not null && result.GetValue(reference)) result.AddError("--figures and --reference exclude each other.");
        });
        command.SetAction(parsed =>
        {
            var output = new ConsoleOutput(environment, parsed.GetValue(global.Json));
            var measured = parsed.GetValue(reference) ? null : parsed.GetValue(figures) ?? Usual(global.Read(parsed).ConfigPath, environment);
            var rates = measured is null ? ReferenceRates.All : CapacityRates.Read(measured);
            var (perSecond, size) = (parsed.GetRequiredValue(uploads), parsed.GetRequiredValue(megapixels));
            Print(perSecond, size, rates, CapacityPlan.Of(perSecond, size, rates, StorePrices.Read(environment)), isMeasured: measured is not null, output);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(double uploads, double megapixels, CapacityRates rates, CapacityPlan plan, bool isMeasured, ConsoleOutput output)
    {
        output.Document(new { uploadsPerSecond = uploads, megapixels, measured = isMeasured, rates, plan.Needs, plan.Month });
        output.Line(FormattableString.Invariant($"{uploads:#,0.###} uploads a second of {megapixels:#,0.###} megapixels, by {(isMeasured ? "the rates of" : "the reference rates of")} {rates.Source}:"));
        var needs = new TextTable("PART", "NEEDS", "");
        foreach (var need in plan.Needs) needs.Add(need.Part, Rounded(need.Amount), need.Unit);
        output.Table(needs);
        var month = new TextTable("A MONTH AT", "REQUESTS", "WHAT IT ADDS, EACH MONTH KEPT");
        foreach (var cost in plan.Month) month.Add(cost.Provider, Dollars(cost.Requests), Dollars(cost.Storage));
        output.Table(month);
        if (!isMeasured) output.Line("This machine was not measured: ./bench.sh capacity writes its rates.");
        output.Line("clamd was measured with a few signatures of the tests; with ClamAV's own it takes more.");
    }

    private static string? Usual(string? config, CliEnvironment environment)
    {
        // Neither XDG_CONFIG_HOME nor HOME is set: then no rates were written either.
        if (config is null && environment.Variable("XDG_CONFIG_HOME") is null && environment.Variable("HOME") is null) return null;
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(ConfigFile.PathOf(config, environment)))!, "capacity.json");
        return File.Exists(path) ? path : null;
    }

    /// <summary>To two digits that count, and whole numbers as they are.</summary>
    internal static string Rounded(double amount)
    {
        if (amount >= 100 || amount == Math.Floor(amount)) return Math.Ceiling(Math.Round(amount, 6)).ToString("#,0", CultureInfo.InvariantCulture);
        return amount.ToString(amount >= 10 ? "0" : amount >= 1 ? "0.0" : amount >= 0.1 ? "0.00" : "0.000", CultureInfo.InvariantCulture);
    }

    private static string Dollars(decimal amount) => amount.ToString("$#,0", CultureInfo.InvariantCulture);

    private static Option<double> Amount(string name, string description, double most) => new(name)
    {
        Description = description,
        HelpName = "N",
        Required = true,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount > 0 && amount <= most) return amount;
            result.AddError($"{name} must be a number above 0 and at most {most.ToString("#,0", CultureInfo.InvariantCulture)}, such as 10 or 0.5.");
            return 0;
        },
    };
}
