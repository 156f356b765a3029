using System.CommandLine;
using System.Globalization;

namespace Pipeline.Cli.Commands;

/// <summary>An option for a number with decimals; the server knows its limits.</summary>
static class NumberOption
{
    public static Option<double?> Decimal(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) return number;
            result.AddError($"{name} must be a number, such as 5 or 0.5.");
            return null;
        },
    };

    public static Option<int?> Whole(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
            result.AddError($"{name} must be a whole number.");
            return null;
        },
    };
}
