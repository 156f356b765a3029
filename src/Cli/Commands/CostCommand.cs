using System.CommandLine;
using System.Globalization;
using Pipeline.Cli.Operators;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;
using Pipeline.Storage.Costs;

namespace Pipeline.Cli.Commands;

static class CostCommand
{
    private const decimal Most = 1_000_000_000_000_000m;

    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var gb = Amount("--gb", "Gigabytes stored for a month", "GB");
        var puts = Amount("--puts", "Requests of class A: PUT, POST, COPY, LIST", "N");
        var gets = Amount("--gets", "Requests of class B: GET, HEAD", "N");
        var egress = Amount("--egress-gb", "Gigabytes that leave the provider's network", "GB");
        var command = new Command("cost", "Shows what the object store takes a month, at S3 and at R2: of the server's installation, or of these figures.") { gb, puts, gets, egress };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            decimal?[] figures = [parsed.GetValue(gb), parsed.GetValue(puts), parsed.GetValue(gets), parsed.GetValue(egress)];
            if (figures.Any(figure => figure is not null))
            {
                Estimate(new StoreUse(figures[0] ?? 0, figures[1] ?? 0, figures[2] ?? 0, figures[3] ?? 0), environment, new ConsoleOutput(environment, parsed.GetValue(global.Json)));
                return ExitCode.Done;
            }

            using var session = Session.Open(parsed, global, environment);
            var (report, json) = await session.Operators.GetAsync<CostReport>("costs", cancellationToken);
            session.ConsoleOutput.Document(json);
            Print(report, session.ConsoleOutput);
            return ExitCode.Done;
        });
        return command;
    }

    // Asks no server; the prices come from the same variables as the server's.
    private static void Estimate(StoreUse use, CliEnvironment environment, ConsoleOutput output)
    {
        var prices = StorePrices.Read(environment);
        (string Name, CostEstimate Cost)[] all = [("S3", CostEstimate.Of(use, prices.S3)), ("R2", CostEstimate.Of(use, prices.R2))];
        output.Document(new
        {
            use,
            month = all.Select(one => new { provider = one.Name.ToLowerInvariant(), one.Cost.Storage, one.Cost.ClassA, one.Cost.ClassB, one.Cost.Egress, one.Cost.Total }),
        });
        var table = new TextTable("A MONTH AT", "STORAGE", "CLASS A", "CLASS B", "EGRESS", "TOTAL");
        foreach (var (name, cost) in all) table.Add(name, Dollars(cost.Storage), Dollars(cost.ClassA), Dollars(cost.ClassB), Dollars(cost.Egress), Dollars(cost.Total));
        output.Table(table);
    }

    private static void Print(CostReport report, ConsoleOutput output)
    {
        output.Line($"{report.Assets} assets, {ReadableAmount.Bytes(report.OriginalBytes)} of originals, about {ReadableAmount.Bytes(report.VariantBytes)} of variants; requests of {report.Days} days:");
        var requests = new TextTable("AREA", "CAUSE", "OPERATION", "CLASS", "REQUESTS");
        foreach (var row in report.Requests) requests.Add(row.Area, row.Cause, row.Operation, row.Class, row.Count.ToString(CultureInfo.InvariantCulture));
        output.Table(requests);
        var month = new TextTable("A MONTH AT", "STORAGE", "CLASS A", "CLASS B", "TOTAL");
        foreach (var cost in report.Month) month.Add(cost.Provider.ToUpperInvariant(), Dollars(cost.Storage), Dollars(cost.ClassA), Dollars(cost.ClassB), Dollars(cost.Total));
        output.Table(month);
        output.Line("without what visitors read: their requests go to the store or its cache, and no server counts them");
    }

    private static string Dollars(decimal amount) => amount.ToString("$0.00", CultureInfo.InvariantCulture);

    private static Option<decimal?> Amount(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            if (decimal.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount <= Most) return amount;
            result.AddError($"{name} must be a number of 0 or more, such as 100 or 0.5.");
            return null;
        },
    };
}
