using System.CommandLine;

namespace Pipeline.Cli.Commands;

/// <summary>An option for a whole number within limits; its error message names the limits.</summary>
static class WholeNumber
{
    public static Option<int> Option(string name, string description, string helpName, int usual, int least, int most) => new(name)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, out var number) && number >= least && number <= most) return number;
            result.AddError($"{name} must be a whole number from {least} to {most}.");
            return usual;
        },
    };
}
