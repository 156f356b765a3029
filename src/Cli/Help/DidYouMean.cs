using System.CommandLine;
using System.CommandLine.Parsing;

namespace Pipeline.Cli.Help;

/// <summary>Suggests a known name for an unknown command or option.</summary>
static class DidYouMean
{
    /// <summary>A sentence about the first unknown command or option, or null. The parser itself would treat the word as a file name.</summary>
    public static string? Explain(ParseResult parsed)
    {
        if (UnknownOption(parsed) is { } option)
        {
            var name = option.Split('=')[0];
            var takesFiles = parsed.CommandResult.Command.Arguments.Any(argument => argument.Name == "FILE");
            return $"There is no option '{name}'.{Suggestion(name, Options(parsed))}{(takesFiles ? " Put a file whose name begins with - after --." : "")}";
        }

        if (parsed.CommandResult.Command is not RootCommand root || parsed.UnmatchedTokens.Count == 0) return null;
        var verb = parsed.UnmatchedTokens[0];
        var meant = File.Exists(verb) ? $" To upload the file: pipeline upload {verb}" : Suggestion(verb, root.Subcommands.Select(command => command.Name));
        return $"There is no command '{verb}'.{meant}";
    }

    private static string? UnknownOption(ParseResult parsed)
    {
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value)
            .Concat(parsed.UnmatchedTokens)
            .ToHashSet(StringComparer.Ordinal);
        return parsed.Tokens
            .TakeWhile(token => token.Type != TokenType.DoubleDash)
            .Select(token => token.Value)
            .FirstOrDefault(word => word.Length > 1 && word[0] == '-' && !double.TryParse(word, out _) && arguments.Contains(word));
    }

    private static IEnumerable<string> Options(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        return command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive)).Select(option => option.Name);
    }

    private static string Suggestion(string word, IEnumerable<string> known)
    {
        var nearest = known
            .Select(name => (Name: name, Distance: name.StartsWith(word, StringComparison.OrdinalIgnoreCase) && word.Length > 1 ? 0 : Distance(word.ToLowerInvariant(), name)))
            .OrderBy(one => one.Distance)
            .First();
        return nearest.Distance <= Math.Max(1, word.TrimStart('-').Length / 3) ? $" Did you mean {nearest.Name}?" : "";
    }

    // Number of letters to change, add, remove or swap with their neighbour (optimal string alignment).
    private static int Distance(string one, string other)
    {
        var steps = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++) steps[i, 0] = i;
        for (var j = 0; j <= other.Length; j++) steps[0, j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            for (var j = 1; j <= other.Length; j++)
            {
                var change = steps[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                steps[i, j] = Math.Min(change, Math.Min(steps[i - 1, j], steps[i, j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1]) steps[i, j] = Math.Min(steps[i, j], steps[i - 2, j - 2] + 1);
            }
        }

        return steps[one.Length, other.Length];
    }
}
