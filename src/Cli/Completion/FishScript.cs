using System.Text;

namespace Pipeline.Cli.Completion;

static class FishScript
{
    private const string Command = "complete -c pipeline";

    public static string Write(CompletionModel model)
    {
        var script = new StringBuilder();
        script.AppendLine("# fish completion of pipeline. Load it by: pipeline completion fish | source");
        script.AppendLine($"{Command} -f");
        foreach (var option in model.Everywhere) script.AppendLine($"{Command}{Specify(option)}");
        foreach (var verb in model.Verbs)
        {
            var seen = $"{Command} -n '__fish_seen_subcommand_from {verb.Name}'";
            script.AppendLine($"{Command} -n __fish_use_subcommand -a {verb.Name} -d {Quoted(verb.Description)}");
            foreach (var option in verb.Options) script.AppendLine($"{seen}{Specify(option)}");
            if (verb.TakesFiles) script.AppendLine($"{seen} -F");
            if (verb.Words.Count > 0) script.AppendLine($"{seen} -a '{string.Join(' ', verb.Words)}'");
        }

        return script.ToString();
    }

    private static string Specify(CompletedOption option)
    {
        var names = string.Concat(option.Names.Select(name => name.StartsWith("--", StringComparison.Ordinal) ? $" -l {name[2..]}" : $" -s {name[1..]}"));
        var value = !option.TakesValue ? ""
            : option.TakesFile ? " -r -F"
            : option.Words.Count > 0 ? $" -x -a '{string.Join(' ', option.Words)}'"
            : " -x";
        return $"{names}{value} -d {Quoted(option.Description)}";
    }

    private static string Quoted(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
