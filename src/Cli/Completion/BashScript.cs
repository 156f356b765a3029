using System.Text;

namespace Pipeline.Cli.Completion;

static class BashScript
{
    public static string Write(CompletionModel model)
    {
        var script = new StringBuilder();
        script.Append($$"""
            # bash completion of pipeline. Load it by: source <(pipeline completion bash)
            _pipeline() {
                local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb= words= i
                COMPREPLY=()
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case ${COMP_WORDS[i]} in
                    {{string.Join('|', model.Verbs.Select(verb => verb.Name))}}) verb=${COMP_WORDS[i]}; break ;;
                    esac
                done
                case $verb:$prev in

            """);
        foreach (var verb in model.Verbs) Values(script, verb.Name, verb.Options);
        Values(script, "*", model.Everywhere);
        script.Append("""
                esac
                case $verb:$cur in

            """);
        foreach (var verb in model.Verbs) script.AppendLine($"    {verb.Name}:-*) words='{Names(verb.Options)} {Names(model.Everywhere)}' ;;");
        script.AppendLine($"    :-*) words='{Names(model.Everywhere)} --version' ;;");
        script.AppendLine($"    :*) words='{string.Join(' ', model.Verbs.Select(verb => verb.Name))}' ;;");
        foreach (var verb in model.Verbs.Where(verb => verb.Words.Count > 0)) script.AppendLine($"    {verb.Name}:*) words='{string.Join(' ', verb.Words)}' ;;");
        foreach (var verb in model.Verbs.Where(verb => verb.TakesFiles)) script.AppendLine($"    {verb.Name}:*) compopt -o default; return ;;");
        script.Append("""
                esac
                mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
            }
            complete -F _pipeline pipeline

            """);
        return script.ToString();
    }

    // Completes the value of an option: fixed words, files, or nothing.
    private static void Values(StringBuilder script, string verb, IEnumerable<CompletedOption> options)
    {
        foreach (var option in options.Where(option => option.TakesValue))
        {
            var what = option.TakesFile ? "compopt -o default"
                : option.Words.Count == 0 ? ":"
                : $"mapfile -t COMPREPLY < <(compgen -W '{string.Join(' ', option.Words)}' -- \"$cur\")";
            script.AppendLine($"    {string.Join('|', option.Names.Select(name => $"{verb}:{name}"))}) {what}; return ;;");
        }
    }

    private static string Names(IEnumerable<CompletedOption> options) => string.Join(' ', options.SelectMany(option => option.Names));
}
