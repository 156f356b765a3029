using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Commands;

static class FocusCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var id = new Argument<string>("ID") { Description = "Id of the asset", CustomParser = AssetId.Parse };
        var x = Part("X", "From 0, the left, to 1, the right");
        var y = Part("Y", "From 0, the top, to 1, the bottom");
        var clear = new Option<bool>("--clear") { Description = "Remove the focal point" };
        var command = new Command("focus", "Sets the point that crops of an asset keep in view, and makes its variants again.") { id, x, y, clear };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var point = Wanted(parsed.GetValue(x), parsed.GetValue(y), parsed.GetValue(clear));
            using var session = Session.Open(parsed, global, environment);
            var started = await session.Api.FocusAsync(parsed.GetRequiredValue(id), point, cancellationToken);
            session.ConsoleOutput.Document(started);
            session.ConsoleOutput.Line($"{started.Id} {(point is null ? "has no focal point" : "has its focal point")} from revision {started.Revision} on");
            return ExitCode.Done;
        });
        return command;
    }

    private static FocalPoint? Wanted(double? x, double? y, bool clear) => (x, y, clear) switch
    {
        ({ } across, { } down, false) => new FocalPoint(across, down),
        (null, null, true) => null,
        _ => throw CliFailure.Usage("Give X and Y, or --clear. See: pipeline focus --help"),
    };

    private static Argument<double?> Part(string name, string description) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => Parse(name, result),
    };

    // Always with a decimal point, whatever the locale, since scripts often write it.
    private static double? Parse(string name, ArgumentResult result)
    {
        if (result.Tokens.Count == 0) return null;
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var part) && part is >= 0 and <= 1) return part;
        result.AddError($"{name} must be a number from 0 to 1, such as 0.25.");
        return null;
    }
}
