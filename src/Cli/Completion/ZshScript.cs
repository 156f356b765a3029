using System.Text;

namespace Pipeline.Cli.Completion;

static class ZshScript
{
    public static string Write(CompletionModel model)
    {
        var script = new StringBuilder();
        script.Append("""
            #compdef pipeline
            # zsh completion of pipeline. Load it by: source <(pipeline completion zsh)
            _pipeline() {
                local curcontext=$curcontext state line
                local -a verbs everywhere
                typeset -A opt_args
                verbs=(

            """);
        foreach (var verb in model.Verbs) script.AppendLine($"        {Quoted($"{verb.Name}:{verb.Description}")}");
        script.AppendLine("    )").AppendLine("    everywhere=(");
        foreach (var option in model.Everywhere) Specify(script, option);
        script.Append("""
                )
                _arguments -C $everywhere '1:command:->verb' '*::argument:->rest'
                case $state in
                verb) _describe command verbs ;;
                rest)
                    case $words[1] in

            """);
        foreach (var verb in model.Verbs)
        {
            script.AppendLine($"        {verb.Name}) _arguments $everywhere \\");
            foreach (var option in verb.Options) Specify(script, option, " \\");
            script.AppendLine($"        {Argument(verb)} ;;");
        }

        script.Append("""
                    esac ;;
                esac
            }
            if [ "$funcstack[1]" = _pipeline ]; then _pipeline "$@"; else compdef _pipeline pipeline; fi

            """);
        return script.ToString();
    }

    private static void Specify(StringBuilder script, CompletedOption option, string end = "")
    {
        foreach (var name in option.Names) script.AppendLine($"        {Quoted($"{name}[{Plain(option.Description)}]{Value(option)}")}{end}");
    }

    private static string Value(CompletedOption option) =>
        !option.TakesValue ? ""
        : option.TakesFile ? ":file:_files"
        : option.Words.Count > 0 ? $":value:({string.Join(' ', option.Words)})"
        : ":value: ";

    private static string Argument(CompletedVerb verb) =>
        verb.TakesFiles ? "'*:file:_files'"
        : verb.Words.Count > 0 ? Quoted($"1:value:({string.Join(' ', verb.Words)})")
        : "'*:argument: '";

    // Brackets would end the description.
    private static string Plain(string text) => text.Replace('[', '(').Replace(']', ')').Replace("\\", "\\\\", StringComparison.Ordinal);

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
