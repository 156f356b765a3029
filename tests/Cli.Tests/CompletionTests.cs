using System.Diagnostics;

namespace Pipeline.Cli.Tests;

public sealed class CompletionTests : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("pipeline ", "upload")]
    [InlineData("pipeline ", "completion")]
    [InlineData("pipeline up", "upload")]
    [InlineData("pipeline upload --rec", "--recursive")]
    [InlineData("pipeline upload --jso", "--json")]
    [InlineData("pipeline --json upload -", "-q")]
    [InlineData("pipeline assets --status rea", "ready")]
    [InlineData("pipeline completion ", "fish")]
    [InlineData("pipeline runs ro", "rollback")]
    [InlineData("pipeline runs show --fin", "--findings")]
    [InlineData("pipeline failed retry --ids", "--ids-from")]
    [InlineData("pipeline listen --events batch.", "batch.completed")]
    [InlineData("pipeline trigger asset.re", "asset.rejected")]
    public async Task Bash_completes_commands_options_and_values(string typed, string completed) =>
        (await BashAsync(typed)).ShouldContain(completed);

    [Theory]
    [InlineData("pipeline upload --profile ")]
    [InlineData("pipeline upload ")]
    [InlineData("pipeline asset ")]
    [InlineData("pipeline --config ")]
    public async Task Bash_completes_no_word_where_there_is_none_to_know(string typed) => (await BashAsync(typed)).ShouldBeEmpty();

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Each_shell_knows_every_command_and_every_option(string shell)
    {
        (await _run.RunAsync("completion", shell)).ShouldBe(ExitCode.Done);

        string[] words = ["login", "logout", "upload", "assets", "reprocess", "sign-in", "skip-existing", "recursive", "concurrency", "temporary", "listen", "forward-to", "resume", "trigger", "secret-file", "server", "json", "ready", "zsh"];
        foreach (var word in words) _run.Out.ShouldContain(word);
    }

    [Fact]
    public async Task A_shell_that_is_not_known_is_told_which_are()
    {
        (await _run.RunAsync("completion", "tcsh")).ShouldBe(ExitCode.Usage);

        _run.Error.ShouldContain("'bash'");
    }

    // Like bash on Tab: the words of the line, the function, its replies.
    private async Task<string[]> BashAsync(string typed)
    {
        await _run.RunAsync("completion", "bash");
        var words = typed.Split(' ');
        var script = $$"""
            compopt() { :; }
            {{_run.Out}}
            COMP_WORDS=({{string.Join(' ', words.Select(word => $"'{word}'"))}}); COMP_CWORD={{words.Length - 1}}
            _pipeline
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        var start = new ProcessStartInfo("bash", ["--norc", "-c", script]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var bash = Process.Start(start)!;
        var errors = bash.StandardError.ReadToEndAsync();
        var answers = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        (await errors).ShouldBeEmpty();
        return answers.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
