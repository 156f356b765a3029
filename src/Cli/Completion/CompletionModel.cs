using System.CommandLine;
using System.CommandLine.Completions;

namespace Pipeline.Cli.Completion;

/// <summary>The commands in the form that completion scripts need, taken from the parser, so that the scripts are always up to date.</summary>
sealed record CompletionModel(IReadOnlyList<CompletedVerb> Verbs, IReadOnlyList<CompletedOption> Everywhere)
{
    public static CompletionModel Of(Command root) => new(
        [.. root.Subcommands.Select(CompletedVerb.Of)],
        [.. root.Options.Where(option => option.Recursive).Select(CompletedOption.Of)]);
}

/// <param name="Name">The name of the command.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Options">The options of the command itself and of the commands below it.</param>
/// <param name="TakesFiles">Whether its arguments are file names.</param>
/// <param name="Words">The allowed values of its argument, and the commands below it.</param>
sealed record CompletedVerb(string Name, string Description, IReadOnlyList<CompletedOption> Options, bool TakesFiles, IReadOnlyList<string> Words)
{
    public static CompletedVerb Of(Command command) => new(
        command.Name,
        command.Description ?? "",
        [.. Below(command).Prepend(command).SelectMany(one => one.Options).DistinctBy(option => option.Name).Select(CompletedOption.Of)],
        command.Arguments.Any(argument => argument.Name == "FILE"),
        [.. command.Arguments.SelectMany(argument => argument.GetCompletions(CompletionContext.Empty)).Select(item => item.Label), .. Below(command).Select(one => one.Name)]);

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(one => Below(one).Prepend(one));
}

/// <param name="Name">The name with its dashes.</param>
/// <param name="Short">The short form, a dash and a letter, or null.</param>
/// <param name="Description">A few words.</param>
/// <param name="TakesValue">Whether a value follows.</param>
/// <param name="TakesFile">Whether the value is the name of a file or folder.</param>
/// <param name="Words">The allowed values.</param>
sealed record CompletedOption(string Name, string? Short, string Description, bool TakesValue, bool TakesFile, IReadOnlyList<string> Words)
{
    private static readonly string[] FileNames = ["FILE", "FOLDER", "PATH"];

    public IEnumerable<string> Names => Short is null ? [Name] : [Name, Short];

    public static CompletedOption Of(Option option)
    {
        var takesValue = option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);
        return new CompletedOption(
            option.Name,
            option.Aliases.FirstOrDefault(alias => alias.Length == 2 && alias[0] == '-' && char.IsAsciiLetter(alias[1])),
            option.Description ?? "",
            takesValue,
            FileNames.Contains(option.HelpName, StringComparer.Ordinal),
            takesValue ? [.. option.GetCompletions(CompletionContext.Empty).Select(item => item.Label)] : []);
    }
}
